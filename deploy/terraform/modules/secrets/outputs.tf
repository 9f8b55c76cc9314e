output "names" {
  description = "By the environment variable of the pods: the secret that has its value, for External Secrets."
  value = merge(
    { for name, variable in local.made : variable => aws_secretsmanager_secret.this[name].name if variable != null },
    { for name, variable in local.given : variable => aws_secretsmanager_secret.this[name].name },
    { FRONTROW_KAFKA_PASSWORD = aws_secretsmanager_secret.kafka.name },
  )
}

output "pods_read" {
  description = "Secrets that the pods need."
  value       = local.pods_read
}

output "mysql_master_id" {
  description = "The database's master user; known when the secret has a value."
  value       = aws_secretsmanager_secret_version.this["mysql-master"].secret_id
}

output "redis_id" {
  description = "Redis's password; known when the secret has a value."
  value       = aws_secretsmanager_secret_version.this["redis"].secret_id
}

output "kafka_arn" {
  description = "The login at Kafka; known when the secret has a value."
  value       = aws_secretsmanager_secret_version.kafka.arn
}
