output "arn" {
  description = "For CloudFront."
  value       = aws_lb.this.arn
}

output "dns_name" {
  description = "For CloudFront."
  value       = aws_lb.this.dns_name
}

output "security_group_id" {
  description = "For the pods' rules."
  value       = aws_security_group.this.id
}

output "target_group_arn" {
  description = "For the TargetGroupBinding, which puts pods into it."
  value       = aws_lb_target_group.pods.arn
}

output "suffixes" {
  description = "For alarms."
  value       = { balancer = aws_lb.this.arn_suffix, target_group = aws_lb_target_group.pods.arn_suffix }
}

output "token_rules" {
  description = "Rules that verify bearer tokens."
  value       = length(aws_lb_listener_rule.tokens)
}
