# One environment: the parts, and what each has to know of the others.

module "capacity" {
  source = "../capacity"

  cidr                = var.cidr
  zones               = var.zones
  pods_max            = var.pods_max
  pods_per_node       = var.pods_per_node
  connections_per_pod = var.connections_per_pod
}

module "keys" {
  source = "../keys"

  name = var.name
}

module "network" {
  source = "../network"

  name         = var.name
  cidr         = var.cidr
  zones        = var.zones
  subnets      = module.capacity.subnets
  nat_per_zone = var.is_protected
  logs_key_arn = module.keys.arns.logs
}

module "secrets" {
  source = "../secrets"

  name            = var.name
  secrets_key_arn = module.keys.arns.secrets
  token_key       = var.token_key
  pods_version    = var.secret_versions.pods
  master_version  = var.secret_versions.master
}

module "registry" {
  source = "../registry"
  count  = var.has_registry ? 1 : 0

  name           = "frontrow"
  images_key_arn = module.keys.arns.images
}

module "edge" {
  source = "../edge"

  name      = var.name
  zone_name = var.zone_name
  domain    = var.domain
  countries = var.countries
  balancer  = { arn = module.balancer.arn, dns_name = module.balancer.dns_name }
}

module "balancer" {
  source = "../balancer"

  name                    = var.name
  vpc_id                  = module.network.vpc_id
  pod_networks            = module.capacity.subnets.private
  subnet_ids              = module.network.edge_subnet_ids
  certificate_arn         = module.edge.balancer_certificate_arn
  is_protected            = var.is_protected
  reserved_capacity_units = var.reserved_capacity_units
  tokens                  = var.tokens
}

module "cluster" {
  source = "../cluster"

  name                       = var.name
  kubernetes_version         = var.kubernetes_version
  is_protected               = var.is_protected
  subnet_ids                 = module.network.private_subnet_ids
  balancer_security_group_id = module.balancer.security_group_id
  runner_security_group_ids  = var.runner_security_group_ids
  target_group_arns          = [module.balancer.target_group_arn]
  secret_arns                = [module.secrets.pods.arn]
  secrets_key_arn            = module.keys.arns.secrets
  cluster_key_arn            = module.keys.arns.cluster
  data_key_arn               = module.keys.arns.data
  logs_key_arn               = module.keys.arns.logs

  node_groups = {
    system = { instance_types = ["m7i.large"], min = 3, max = 6, disk_gib = 50, is_spot = false }
    pods = {
      instance_types = var.node_instance_types
      min            = var.nodes_min
      max            = module.capacity.nodes_max
      disk_gib       = 50
      is_spot        = var.is_spot
    }
  }

  access = merge(
    { deploy = { role_arn = module.github.deploy_role_arn, policy = "AmazonEKSEditPolicy", namespaces = [var.namespace], groups = ["frontrow-deployers"] } },
    { for name, arn in var.operators : name => { role_arn = arn, policy = "AmazonEKSClusterAdminPolicy", namespaces = [], groups = [] } },
  )
}

module "mysql" {
  source = "../mysql"

  name                    = var.name
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.data_subnet_ids
  pods_security_group_id  = module.cluster.security_group_id
  data_key_arn            = module.keys.arns.data
  is_protected            = var.is_protected
  is_multi_az             = var.mysql.is_multi_az
  engine_version          = var.mysql.engine_version
  instance_class          = var.mysql.instance_class
  replica_instance_class  = var.mysql.replica_instance_class
  replicas                = var.mysql.replicas
  storage_gib             = var.mysql.storage_gib
  iops                    = var.mysql.iops
  throughput              = var.mysql.throughput
  max_connections         = module.capacity.mysql_connections
  max_replica_connections = module.capacity.mysql_replica_connections
  master_secret_id        = module.secrets.mysql_master_id
  master_secret_version   = var.secret_versions.master
}

module "redis" {
  source = "../redis"

  name                   = var.name
  vpc_id                 = module.network.vpc_id
  subnet_ids             = module.network.data_subnet_ids
  pods_security_group_id = module.cluster.security_group_id
  node_type              = var.redis.node_type
  nodes                  = var.redis.nodes
  password_secret_id     = module.secrets.pods.id
  data_key_arn           = module.keys.arns.data
  logs_key_arn           = module.keys.arns.logs
}

module "kafka" {
  source = "../kafka"

  name                   = var.name
  vpc_id                 = module.network.vpc_id
  subnet_ids             = module.network.data_subnet_ids
  pods_security_group_id = module.cluster.security_group_id
  kafka_version          = var.kafka.version
  instance_type          = var.kafka.instance_type
  storage_gib            = var.kafka.storage_gib
  login_secret_arn       = module.secrets.kafka_arn
  data_key_arn           = module.keys.arns.data
  logs_key_arn           = module.keys.arns.logs
}

module "github" {
  source = "../github"

  name         = var.name
  repository   = var.repository
  environment  = var.environment
  has_registry = var.has_registry
  registry_arn = one(module.registry[*].arn)
  cluster_arn  = module.cluster.arn
}

module "alarms" {
  source = "../alarms"

  name              = var.name
  alarms_key_arn    = module.keys.arns.alarms
  mail              = var.alarm_mail
  mysql             = module.mysql.identifiers
  mysql_connections = module.capacity.mysql_connections
  redis_nodes       = module.redis.nodes
  kafka_name        = module.kafka.name
  suffixes          = module.balancer.suffixes
  monthly_usd       = var.monthly_usd
}
