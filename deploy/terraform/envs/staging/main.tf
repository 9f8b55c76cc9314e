# As prod, with smaller machines: the same parts in the same number, so that a failover here is a failover there.

module "sale" {
  source = "../../modules/stack"

  name        = "frontrow-staging"
  environment = "staging"
  namespace   = "frontrow-staging"
  cidr        = "10.30.0.0/16"
  zones       = ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"]

  zone_name                 = var.zone_name
  repository                = var.repository
  alarm_mail                = var.alarm_mail
  operators                 = var.operators
  runner_security_group_ids = var.runner_security_group_ids
  tokens                    = var.tokens
  token_key                 = var.token_key

  domain       = "staging.tickets.${var.zone_name}"
  is_protected = true
  has_registry = false
  monthly_usd  = 4000

  pods_max            = 10
  node_instance_types = ["m7i.xlarge"]
  nodes_min           = 2

  mysql = {
    engine_version         = "8.4.6"
    instance_class         = "db.m7g.large"
    is_multi_az            = true
    replica_instance_class = "db.m7g.large"
    replicas               = 2
    storage_gib            = 100
  }
  redis = { node_type = "cache.m7g.large", nodes = 3 }
  kafka = { version = "3.9.x.kraft", instance_type = "kafka.m7g.large", storage_gib = 100 }
}
