# The load balancer inside the VPC. CloudFront alone reaches it, and it reaches the pods' buyers' port. Terraform makes it, not the cluster's
# controller: its rules are reviewed like the rest, and CloudFront can name it. The controller puts the pods into its target group.

data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_security_group" "this" {
  name        = "${var.name}-balancer"
  description = "HTTPS from CloudFront"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-balancer" }
}

resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  security_group_id = aws_security_group.this.id
  description       = "HTTPS from CloudFront"
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "pods" {
  for_each = { for pair in setproduct(var.pod_networks, [8080, 8081]) : "${pair[0]} ${pair[1]}" => { network = pair[0], port = pair[1] } }

  security_group_id = aws_security_group.this.id
  description       = each.value.port == 8080 ? "Requests of buyers" : "The question whether a pod is ready"
  cidr_ipv4         = each.value.network
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_lb" "this" {
  # checkov:skip=CKV2_AWS_28:the firewall is before CloudFront, and nothing else reaches this balancer
  name               = var.name
  internal           = true
  load_balancer_type = "application"
  subnets            = var.subnet_ids
  security_groups    = [aws_security_group.this.id]

  enable_deletion_protection = var.is_protected
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
  idle_timeout               = 60 # less than the pods' idle-timeout-seconds (75): the balancer closes first, never the pod under a request

  access_logs {
    bucket  = aws_s3_bucket.logs.id
    enabled = true
  }

  # The balancer grows within minutes, a sale opens within a second: reserve what the sale needs.
  dynamic "minimum_load_balancer_capacity" {
    for_each = var.reserved_capacity_units > 0 ? [var.reserved_capacity_units] : []

    content {
      capacity_units = minimum_load_balancer_capacity.value
    }
  }

  depends_on = [aws_s3_bucket_policy.logs]
}

resource "aws_lb_target_group" "pods" {
  # checkov:skip=CKV_AWS_378:from here on it is the VPC's own network, encrypted between instances by the hardware; pods speak plain HTTP
  name        = var.name
  vpc_id      = var.vpc_id
  target_type = "ip"
  protocol    = "HTTP"
  port        = 8080

  # Requests under way have 20 s (drain-seconds).
  deregistration_delay              = 30
  load_balancing_algorithm_type     = "least_outstanding_requests"
  load_balancing_cross_zone_enabled = true

  # About the pod alone, on the operators' thread, which answers while buyers have taken every connection (ADR 0020).
  health_check {
    path                = "/actuator/health/readiness"
    port                = "8081"
    matcher             = "200"
    interval            = 5
    timeout             = 2
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  # No request has to go to a certain pod.
  stickiness {
    type    = "lb_cookie"
    enabled = false
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.pods.arn
  }
}
