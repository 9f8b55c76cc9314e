# RDS MySQL 8.4: a primary with a standby in another zone, which has every acknowledged commit, and read replicas, which may lag.

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_security_group" "this" {
  name        = "${var.name}-mysql"
  description = "MySQL, from the pods only"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-mysql" }
}

resource "aws_vpc_security_group_ingress_rule" "pods" {
  security_group_id            = aws_security_group.this.id
  description                  = "MySQL from the pods"
  referenced_security_group_id = var.pods_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 3306
  to_port                      = 3306
}

locals {
  # What frontrow asks of a server at its start, and refuses to start without (src/adapters/mysql/server_check.cpp).
  checked = {
    innodb_flush_log_at_trx_commit = "1"
    sync_binlog                    = "1"
    binlog_format                  = "ROW"
    auto_increment_increment       = "1"
    innodb_rollback_on_timeout     = "0"
  }
  chosen = {
    transaction_isolation    = "READ-COMMITTED"
    character_set_server     = "utf8mb4"
    time_zone                = "UTC"
    require_secure_transport = "1"
    gtid-mode                = "ON"
    enforce_gtid_consistency = "ON"
    slow_query_log           = "1"
    long_query_time          = "0.5" # a statement is given up after a second
    log_output               = "FILE"
  }
  static = toset(["gtid-mode", "enforce_gtid_consistency", "innodb_rollback_on_timeout"])
  groups = {
    primary = var.max_connections
    replica = var.max_replica_connections
  }
}

resource "aws_db_parameter_group" "this" {
  for_each = local.groups

  name_prefix = "${var.name}-${each.key}-"
  family      = "mysql8.4"
  description = "What frontrow checks at its start, and connections for its pods"

  dynamic "parameter" {
    for_each = merge(local.checked, local.chosen, { max_connections = tostring(each.value) })

    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = contains(local.static, parameter.key) ? "pending-reboot" : "immediate"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

# Read when it is needed, and in no state: RDS cannot keep the password itself for a server that has replicas.
ephemeral "aws_secretsmanager_secret_version" "master" {
  secret_id = var.master_secret_id
}

resource "aws_db_instance" "primary" {
  identifier     = "${var.name}-primary"
  engine         = "mysql"
  engine_version = var.engine_version
  instance_class = var.instance_class
  db_name        = "frontrow"

  username            = "frontrow_master"
  password_wo         = ephemeral.aws_secretsmanager_secret_version.master.secret_string
  password_wo_version = var.master_secret_version

  multi_az                            = var.is_multi_az
  db_subnet_group_name                = aws_db_subnet_group.this.name
  vpc_security_group_ids              = [aws_security_group.this.id]
  parameter_group_name                = aws_db_parameter_group.this["primary"].name
  publicly_accessible                 = false
  iam_database_authentication_enabled = true # for people; the pods have a password
  ca_cert_identifier                  = "rds-ca-rsa2048-g1"

  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = var.data_key_arn
  allocated_storage     = var.storage_gib
  max_allocated_storage = var.storage_gib * 4
  iops                  = var.iops
  storage_throughput    = var.throughput

  backup_retention_period   = 14 # also what switches the binary log on
  backup_window             = "18:00-19:00"
  maintenance_window        = "tue:19:30-tue:20:30"
  copy_tags_to_snapshot     = true
  delete_automated_backups  = false
  deletion_protection       = var.is_protected
  skip_final_snapshot       = !var.is_protected
  final_snapshot_identifier = "${var.name}-last"

  auto_minor_version_upgrade      = true
  monitoring_interval             = 15
  monitoring_role_arn             = aws_iam_role.monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.data_key_arn
  enabled_cloudwatch_logs_exports = ["error", "slowquery"]
}

resource "aws_db_instance" "replica" {
  # checkov:skip=CKV_AWS_157:a replica that is away is skipped; the other one and the primary answer
  # checkov:skip=CKV_AWS_133:replicas are not backed up, the primary is
  count = var.replicas

  identifier          = "${var.name}-replica-${count.index + 1}"
  replicate_source_db = aws_db_instance.primary.identifier
  instance_class      = var.replica_instance_class

  vpc_security_group_ids              = [aws_security_group.this.id]
  parameter_group_name                = aws_db_parameter_group.this["replica"].name
  publicly_accessible                 = false
  iam_database_authentication_enabled = true
  ca_cert_identifier                  = "rds-ca-rsa2048-g1"

  storage_type      = "gp3"
  storage_encrypted = true
  kms_key_id        = var.data_key_arn

  copy_tags_to_snapshot = true
  deletion_protection   = var.is_protected
  skip_final_snapshot   = true

  auto_minor_version_upgrade      = true
  monitoring_interval             = 15
  monitoring_role_arn             = aws_iam_role.monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.data_key_arn
  enabled_cloudwatch_logs_exports = ["error", "slowquery"]
}
