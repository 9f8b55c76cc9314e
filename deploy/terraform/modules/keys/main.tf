# One key for each kind of thing, so that a right to read logs is none to read the database.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  services = {
    # RDS, ElastiCache, MSK and the nodes' disks ask on behalf of the roles that use them: IAM decides.
    data    = []
    secrets = []
    images  = []
    cluster = []
    logs    = ["logs.${data.aws_region.current.region}.amazonaws.com"]
    alarms  = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
  }
}

data "aws_iam_policy_document" "key" {
  # checkov:skip=CKV_AWS_109:in a key's policy the resource "*" is this key, and the account's root has to keep the right to manage it
  # checkov:skip=CKV_AWS_111:as above
  # checkov:skip=CKV_AWS_356:as above
  for_each = local.services

  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }

  dynamic "statement" {
    for_each = length(each.value) > 0 ? [each.value] : []

    content {
      sid       = "Services"
      actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = statement.value
      }

      # CloudWatch Logs says for which log, the others for which account.
      condition {
        test     = each.key == "logs" ? "ArnLike" : "StringEquals"
        variable = each.key == "logs" ? "kms:EncryptionContext:aws:logs:arn" : "aws:SourceAccount"
        values   = [each.key == "logs" ? "arn:aws:logs:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:*" : data.aws_caller_identity.current.account_id]
      }
    }
  }
}

resource "aws_kms_key" "key" {
  for_each = local.services

  description             = "${var.name}: ${each.key}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key[each.key].json
}

resource "aws_kms_alias" "key" {
  for_each = local.services

  name          = "alias/${var.name}-${each.key}"
  target_key_id = aws_kms_key.key[each.key].key_id
}
