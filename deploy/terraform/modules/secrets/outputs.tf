output "pods" {
  description = "The pods' secret, known when it has a value."
  value = {
    arn  = aws_secretsmanager_secret.pods.arn
    id   = aws_secretsmanager_secret_version.pods.secret_id
    name = aws_secretsmanager_secret.pods.name
  }
}

output "mysql_master_id" {
  description = "The master user's secret, known when it has a value."
  value       = aws_secretsmanager_secret_version.master.secret_id
}

output "kafka_arn" {
  description = "The login at Kafka, known when it has a value."
  value       = aws_secretsmanager_secret_version.kafka.arn
}
