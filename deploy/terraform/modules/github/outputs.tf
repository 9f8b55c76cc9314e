output "deploy_role_arn" {
  description = "For the access entry, and the variable AWS_DEPLOY_ROLE of GitHub's environment."
  value       = aws_iam_role.this["deploy"].arn
}

output "push_role_arn" {
  description = "For the variable AWS_PUSH_ROLE of GitHub's environment images."
  value       = try(aws_iam_role.this["push"].arn, null)
}
