# Secrets are made here once and are in no plan and no state: AWS makes them, a write-only attribute stores them, External Secrets and MSK read them.
# New values come when a version grows, all of the pods' at once; docs/operations/terraform.md has the steps.

locals {
  # Under the names that the chart's secrets.keys has.
  made = ["admin-token", "charge-token", "kafka-password", "mysql-password", "redis-password", "ticket-key"]
}

ephemeral "aws_secretsmanager_random_password" "pods" {
  for_each = toset(local.made)

  password_length     = 43
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "pods" {
  # checkov:skip=CKV2_AWS_57:a rotation by itself needs pods that take the old and the new at once
  name                    = "${var.name}/pods"
  description             = "Passwords, tokens and keys of the pods"
  kms_key_id              = var.secrets_key_arn
  recovery_window_in_days = 30
}

resource "aws_secretsmanager_secret_version" "pods" {
  secret_id = aws_secretsmanager_secret.pods.id
  secret_string_wo = jsonencode(merge(
    { for name in local.made : name => ephemeral.aws_secretsmanager_random_password.pods[name].random_password },
    { jwt-key = var.token_key },
  ))
  secret_string_wo_version = var.pods_version
}

# The same password for MSK, which wants this form, this beginning of the name, and a key that is not AWS's own.
resource "aws_secretsmanager_secret" "kafka" {
  # checkov:skip=CKV2_AWS_57:as above
  name                    = "AmazonMSK_${var.name}"
  description             = "The pods' login at Kafka"
  kms_key_id              = var.secrets_key_arn
  recovery_window_in_days = 30
}

resource "aws_secretsmanager_secret_version" "kafka" {
  secret_id = aws_secretsmanager_secret.kafka.id
  secret_string_wo = jsonencode({
    username = "frontrow"
    password = ephemeral.aws_secretsmanager_random_password.pods["kafka-password"].random_password
  })
  secret_string_wo_version = var.pods_version
}

# No pod reads it.
ephemeral "aws_secretsmanager_random_password" "master" {
  password_length     = 40 # MySQL at RDS takes 41 at most
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "master" {
  # checkov:skip=CKV2_AWS_57:RDS cannot keep the password of a server that has replicas, so a version of ours does
  name                    = "${var.name}/mysql-master"
  description             = "The database's master user"
  kms_key_id              = var.secrets_key_arn
  recovery_window_in_days = 30
}

resource "aws_secretsmanager_secret_version" "master" {
  secret_id                = aws_secretsmanager_secret.master.id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.master.random_password
  secret_string_wo_version = var.master_version
}
