# Small, without a standby, and may be deleted. The registry and GitHub's provider are made here: one of each in an account.

module "sale" {
  source = "../../modules/stack"

  name        = "frontrow-dev"
  environment = "dev"
  namespace   = "frontrow-dev"
  cidr        = "10.20.0.0/16"
  zones       = ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"]

  zone_name                 = var.zone_name
  repository                = var.repository
  alarm_mail                = var.alarm_mail
  operators                 = var.operators
  runner_security_group_ids = var.runner_security_group_ids
  tokens                    = var.tokens
  token_key                 = var.token_key

  domain       = "dev.tickets.${var.zone_name}"
  is_protected = false
  has_registry = true
  monthly_usd  = 1500

  pods_max            = 5
  node_instance_types = ["m7i.large", "m6i.large"]
  nodes_min           = 1
  is_spot             = true

  mysql = {
    engine_version         = "8.4.6"
    instance_class         = "db.t4g.large"
    is_multi_az            = false
    replica_instance_class = "db.t4g.large"
    replicas               = 1
    storage_gib            = 50
  }
  redis = { node_type = "cache.t4g.small", nodes = 2 }
  kafka = { version = "3.9.x.kraft", instance_type = "kafka.m7g.large", storage_gib = 50 }
}
