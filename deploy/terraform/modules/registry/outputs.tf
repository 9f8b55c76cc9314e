output "url" {
  description = "For `docker push` and the chart."
  value       = aws_ecr_repository.this.repository_url
}

output "arn" {
  description = "For the rights to push."
  value       = aws_ecr_repository.this.arn
}
