output "topic_arn" {
  description = "For alarms from elsewhere, as Prometheus's."
  value       = aws_sns_topic.this.arn
}
