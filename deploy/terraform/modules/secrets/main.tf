# Secrets are made here once and are in no state: made by AWS, written by a write-only attribute, read by External Secrets.

locals {
  made = {
    admin-token  = "FRONTROW_ADMIN_TOKEN"
    charge-token = "FRONTROW_CHARGE_TOKEN"
    ticket-key   = "FRONTROW_TICKET_KEY"
    mysql        = "FRONTROW_MYSQL_PASSWORD"
    redis        = "FRONTROW_REDIS_PASSWORD"
    mysql-master = null # no pod reads it
  }
  # Made by others: the key of the service that signs users in, and of the one that signs passes.
  given = {
    jwt-key       = "FRONTROW_JWT_KEY"
    join-pass-key = "FRONTROW_JOIN_PASS_KEY"
  }
  pods_read = concat(
    [for name, variable in local.made : aws_secretsmanager_secret.this[name].arn if variable != null],
    [for name, variable in local.given : aws_secretsmanager_secret.this[name].arn],
    [aws_secretsmanager_secret.kafka.arn],
  )
}

resource "aws_secretsmanager_secret" "this" {
  # checkov:skip=CKV2_AWS_57:a rotation of these needs pods that take the old and the new at once, which frontrow has for its JWT key only; docs/operations/terraform.md has the steps by hand
  for_each = merge(local.made, local.given)

  name                    = "${var.name}/${each.key}"
  description             = each.value == null ? "The database's master user" : "${each.value} of the pods"
  kms_key_id              = var.secrets_key_arn
  recovery_window_in_days = 30
}

ephemeral "aws_secretsmanager_random_password" "this" {
  for_each = local.made

  password_length     = 43
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret_version" "this" {
  for_each = local.made

  secret_id                = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.this[each.key].random_password
  secret_string_wo_version = lookup(var.versions, each.key, 1)
}

# MSK wants this beginning of the name, and a key that is not AWS's own.
resource "aws_secretsmanager_secret" "kafka" {
  # checkov:skip=CKV2_AWS_57:as above
  name                    = "AmazonMSK_${var.name}"
  description             = "username and password of the pods at Kafka"
  kms_key_id              = var.secrets_key_arn
  recovery_window_in_days = 30
}

ephemeral "aws_secretsmanager_random_password" "kafka" {
  password_length     = 43
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret_version" "kafka" {
  secret_id                = aws_secretsmanager_secret.kafka.id
  secret_string_wo         = jsonencode({ username = "frontrow", password = ephemeral.aws_secretsmanager_random_password.kafka.random_password })
  secret_string_wo_version = lookup(var.versions, "kafka", 1)
}
