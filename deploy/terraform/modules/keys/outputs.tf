output "arns" {
  description = "Keys by purpose: data, secrets, images, cluster, logs, alarms."
  value       = { for purpose, key in aws_kms_key.key : purpose => key.arn }
}
