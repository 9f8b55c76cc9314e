# What runs in the cluster beside frontrow, and which rights it has: a role for each service account, by pod identity.

data "aws_iam_policy_document" "pod_trust" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_eks_cluster.this.arn]
    }
  }
}

# The balancer's controller only puts pods into a target group that Terraform has made: it makes no balancer and no security group, so it
# needs a small part of the policy that its documentation gives.
data "aws_iam_policy_document" "balancer_controller" {
  # checkov:skip=CKV_AWS_356:the Describe calls know no resource
  statement {
    sid = "Look"
    actions = [
      "ec2:DescribeAvailabilityZones", "ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets", "ec2:DescribeVpcs", "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTags", "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "Register"
    actions   = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]
    resources = var.target_group_arns
  }
}

data "aws_iam_policy_document" "secrets" {
  statement {
    sid       = "Read"
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    resources = var.secret_arns
  }

  statement {
    sid       = "Decrypt"
    actions   = ["kms:Decrypt"]
    resources = [var.secrets_key_arn]
  }
}

data "aws_iam_policy_document" "autoscaler" {
  # checkov:skip=CKV_AWS_356:the Describe calls know no resource
  statement {
    sid = "Look"
    actions = [
      "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingInstances", "autoscaling:DescribeLaunchConfigurations",
      "autoscaling:DescribeScalingActivities", "autoscaling:DescribeTags", "ec2:DescribeImages", "ec2:DescribeInstanceTypes",
      "ec2:DescribeLaunchTemplateVersions", "ec2:GetInstanceTypesFromInstanceRequirements", "eks:DescribeNodegroup",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "Scale"
    actions   = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/k8s.io/cluster-autoscaler/${var.name}"
      values   = ["owned"]
    }
  }
}

locals {
  written = {
    balancer-controller = data.aws_iam_policy_document.balancer_controller.json
    external-secrets    = data.aws_iam_policy_document.secrets.json
    cluster-autoscaler  = data.aws_iam_policy_document.autoscaler.json
  }
  ready_made = {
    vpc-cni       = "${local.policies}/AmazonEKS_CNI_Policy"
    cloudwatch    = "${local.policies}/CloudWatchAgentServerPolicy"
    block-storage = "${local.policies}/service-role/AmazonEBSCSIDriverPolicy"
  }
  accounts = {
    balancer-controller = { namespace = "kube-system", name = "aws-load-balancer-controller" }
    external-secrets    = { namespace = "external-secrets", name = "external-secrets" }
    cluster-autoscaler  = { namespace = "kube-system", name = "cluster-autoscaler" }
  }
  addon_accounts = { vpc-cni = "aws-node", cloudwatch = "cloudwatch-agent", block-storage = "ebs-csi-controller-sa" }
}

resource "aws_iam_role" "pod" {
  for_each = merge(local.written, local.ready_made)

  name               = "${var.name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.pod_trust.json
}

resource "aws_iam_role_policy" "pod" {
  for_each = local.written

  name   = "rights"
  role   = aws_iam_role.pod[each.key].id
  policy = each.value
}

resource "aws_iam_role_policy_attachment" "pod" {
  for_each = local.ready_made

  role       = aws_iam_role.pod[each.key].name
  policy_arn = each.value
}

resource "aws_eks_pod_identity_association" "this" {
  for_each = local.accounts

  cluster_name    = aws_eks_cluster.this.name
  namespace       = each.value.namespace
  service_account = each.value.name
  role_arn        = aws_iam_role.pod[each.key].arn
}

locals {
  addons = {
    vpc-cni                         = { identity = "vpc-cni", settings = { enableNetworkPolicy = "true" } }
    eks-pod-identity-agent          = { identity = null, settings = {} }
    kube-proxy                      = { identity = null, settings = {} }
    coredns                         = { identity = null, settings = { autoScaling = { enabled = true } } }
    metrics-server                  = { identity = null, settings = {} }
    aws-ebs-csi-driver              = { identity = "block-storage", settings = {} }
    amazon-cloudwatch-observability = { identity = "cloudwatch", settings = {} }
  }
  # A node is ready only with these; the others need nodes.
  first = toset(["vpc-cni", "eks-pod-identity-agent", "kube-proxy"])
}

resource "aws_eks_addon" "before_nodes" {
  for_each = local.first

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  resolve_conflicts_on_update = "OVERWRITE"
  configuration_values        = jsonencode(local.addons[each.key].settings)

  dynamic "pod_identity_association" {
    for_each = local.addons[each.key].identity == null ? [] : [local.addons[each.key].identity]

    content {
      role_arn        = aws_iam_role.pod[pod_identity_association.value].arn
      service_account = local.addon_accounts[pod_identity_association.value]
    }
  }
}

resource "aws_eks_addon" "after_nodes" {
  for_each = { for name, addon in local.addons : name => addon if !contains(local.first, name) }

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  resolve_conflicts_on_update = "OVERWRITE"
  configuration_values        = jsonencode(each.value.settings)

  dynamic "pod_identity_association" {
    for_each = each.value.identity == null ? [] : [each.value.identity]

    content {
      role_arn        = aws_iam_role.pod[pod_identity_association.value].arn
      service_account = local.addon_accounts[pod_identity_association.value]
    }
  }

  depends_on = [aws_eks_node_group.this]
}
