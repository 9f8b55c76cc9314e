# What sells. The sizes are argued in docs/operations/sizing.md.

module "sale" {
  source = "../../modules/stack"

  name        = "frontrow-prod"
  environment = "prod"
  namespace   = "frontrow-prod"
  cidr        = "10.40.0.0/16"
  zones       = ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"]

  zone_name                 = var.zone_name
  repository                = var.repository
  alarm_mail                = var.alarm_mail
  operators                 = var.operators
  runner_security_group_ids = var.runner_security_group_ids
  tokens                    = var.tokens
  token_key                 = var.token_key

  domain                  = "tickets.${var.zone_name}"
  is_protected            = true
  has_registry            = false
  monthly_usd             = 9000
  reserved_capacity_units = var.reserved_capacity_units

  pods_max            = 50
  pods_per_node       = 6
  node_instance_types = ["m7i.2xlarge"]
  nodes_min           = 3

  mysql = {
    engine_version         = "8.4.6"
    instance_class         = "db.r7g.2xlarge"
    is_multi_az            = true
    replica_instance_class = "db.r7g.xlarge"
    replicas               = 2
    storage_gib            = 500
    iops                   = 12000
    throughput             = 500
  }
  redis = { node_type = "cache.r7g.large", nodes = 3 }
  kafka = { version = "3.9.x.kraft", instance_type = "kafka.m7g.large", storage_gib = 500 }
}
