output "values" {
  description = "For the chart deploy/helm/frontrow: what comes from here, under the chart's names. No secret is among them."
  value = {
    settings = {
      mysql-primary        = module.mysql.primary
      mysql-replicas       = module.mysql.replicas
      mysql-connections    = var.connections_per_pod
      redis-server         = module.redis.server
      redis-tls            = true
      kafka-brokers        = module.kafka.brokers
      kafka-security       = "sasl-tls"
      kafka-sasl-mechanism = "scram-sha-512"
      kafka-user           = "frontrow"
      kafka-replication    = 3
      jwt-algorithm        = "RS256"
      trusted-proxies      = module.capacity.subnets.edge
      allowed-hosts        = var.domain
    }
    secrets = {
      existingSecret  = ""
      externalSecrets = { enabled = true, store = { kind = "ClusterSecretStore", name = "aws" }, remoteKey = module.secrets.pods.name }
    }
    # Amazon's authorities, which the deployment copies into the namespace.
    authorities    = { configMap = "rds-authorities", keys = { mysql-tls-ca = "global-bundle.pem" } }
    autoscaling    = { maxReplicas = var.pods_max }
    preStopSeconds = 20
    # The balancer is there already: a TargetGroupBinding puts the pods behind it (deploy/kubernetes/aws.yml).
    ingress          = { enabled = false }
    operatorsIngress = { enabled = false }
    networkPolicy = {
      buyers = [for network in module.capacity.subnets.edge : { ipBlock = { cidr = network } }]
      # The balancer asks for readiness, Prometheus for metrics.
      operators = concat(
        [for network in module.capacity.subnets.edge : { ipBlock = { cidr = network } }],
        [{ namespaceSelector = { matchLabels = { "kubernetes.io/metadata.name" = "monitoring" } } }],
      )
      stores = [for network in module.capacity.subnets.data : { ipBlock = { cidr = network } }]
    }
  }
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

output "token_rules" {
  description = "Rules of the balancer that verify bearer tokens."
  value       = module.balancer.token_rules
}
