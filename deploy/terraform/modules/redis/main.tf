# ElastiCache: one primary behind one endpoint, which names another node after a failover. There is no Sentinel here; docs/operations/terraform.md
# says what differs. One shard: frontrow's scripts and batches name keys of several slots.

resource "aws_elasticache_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_security_group" "this" {
  name        = "${var.name}-redis"
  description = "Redis, from the pods only"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-redis" }
}

resource "aws_vpc_security_group_ingress_rule" "pods" {
  security_group_id            = aws_security_group.this.id
  description                  = "Redis from the pods"
  referenced_security_group_id = var.pods_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
}

resource "aws_elasticache_parameter_group" "this" {
  name        = var.name
  family      = "redis7"
  description = "Nothing is evicted: every key has a time to live"

  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }

  parameter {
    name  = "timeout"
    value = "0" # a pod keeps its connections
  }
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id = var.name
  description          = "Waiting rooms' boards, seat locks, copies of seat maps; nothing of record"
  engine               = "redis"
  engine_version       = "7.1"
  node_type            = var.node_type
  num_cache_clusters   = var.nodes
  parameter_group_name = aws_elasticache_parameter_group.this.name

  automatic_failover_enabled = true
  multi_az_enabled           = true
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [aws_security_group.this.id]

  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  at_rest_encryption_enabled = true
  kms_key_id                 = var.data_key_arn
  # In the state, which is encrypted: the provider has no write-only form of it.
  auth_token                 = jsondecode(data.aws_secretsmanager_secret_version.password.secret_string)["redis-password"]
  auth_token_update_strategy = "ROTATE"

  # After a start with nothing, pods fill it again from MySQL; a snapshot would only be older.
  snapshot_retention_limit   = 0
  maintenance_window         = "tue:18:00-tue:19:00"
  auto_minor_version_upgrade = true
  apply_immediately          = false

  log_delivery_configuration {
    destination      = aws_cloudwatch_log_group.slow.name
    destination_type = "cloudwatch-logs"
    log_format       = "json"
    log_type         = "slow-log"
  }
}

data "aws_secretsmanager_secret_version" "password" {
  secret_id = var.password_secret_id
}

resource "aws_cloudwatch_log_group" "slow" {
  name              = "/${var.name}/redis-slow"
  kms_key_id        = var.logs_key_arn
  retention_in_days = 365
}
