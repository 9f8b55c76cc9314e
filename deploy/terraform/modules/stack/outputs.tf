output "frontrow_environment" {
  description = "Settings of the pods that come from here, for the chart's values. Secrets are not among them."
  value = {
    FRONTROW_PROFILE              = "cluster"
    FRONTROW_MYSQL_PRIMARY        = module.mysql.primary
    FRONTROW_MYSQL_REPLICAS       = join(",", module.mysql.replicas)
    FRONTROW_MYSQL_TLS_CA         = "/etc/frontrow/rds-global-bundle.pem"
    FRONTROW_MYSQL_CONNECTIONS    = tostring(var.connections_per_pod)
    FRONTROW_REDIS_SERVER         = module.redis.server
    FRONTROW_REDIS_TLS            = "true"
    FRONTROW_KAFKA_BROKERS        = module.kafka.brokers
    FRONTROW_KAFKA_SECURITY       = "sasl-tls"
    FRONTROW_KAFKA_SASL_MECHANISM = "scram-sha-512"
    FRONTROW_KAFKA_USER           = "frontrow"
    FRONTROW_KAFKA_REPLICATION    = "3"
    FRONTROW_TRUSTED_PROXIES      = join(",", module.capacity.subnets.private)
    FRONTROW_ALLOWED_HOSTS        = var.domain
  }
}

output "secrets" {
  description = "By environment variable: the secret with its value."
  value       = module.secrets.names
}

output "target_group_arn" {
  description = "For the TargetGroupBinding."
  value       = module.balancer.target_group_arn
}

output "cluster" {
  description = "For `aws eks update-kubeconfig`."
  value       = module.cluster.name
}

output "registry" {
  description = "Where images are, if this environment has the registry."
  value       = one(module.registry[*].url)
}

output "roles" {
  description = "For the variables of GitHub's environments."
  value       = { deploy = module.github.deploy_role_arn, push = module.github.push_role_arn }
}
