# What the balancer can decide about a request: its path, and whether a bearer token is signed, in time and of the right issuer. It cannot
# tell whose ticket, seat or points these are: the pods decide that (docs/operations/terraform.md, ADR 0020).

resource "aws_lb_listener_rule" "operators" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 1

  # The buyers' port answers 404 as well; this one does not depend on it.
  action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "Not found"
      status_code  = "404"
    }
  }

  condition {
    path_pattern {
      values = ["/admin*", "/api/v1/admin*", "/actuator/info", "/actuator/prometheus"]
    }
  }
}

# A payment service charges points with a token of its own, which is no JWT.
resource "aws_lb_listener_rule" "charges" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 2

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.pods.arn
  }

  condition {
    path_pattern {
      values = ["/api/v1/points/charge"]
    }
  }
}

locals {
  # Four values in a rule at most beside the methods. Preflights (OPTIONS) carry no token.
  personal = var.tokens == null ? {} : {
    10 = ["/api/v1/queue/*", "/api/v1/payments"]
    11 = ["/api/v1/reservations*", "/api/v1/points*"]
    12 = ["/api/v1/concerts/*/reservations", "/api/v1/concerts/*/seats"]
  }
}

resource "aws_lb_listener_rule" "tokens" {
  for_each = local.personal

  listener_arn = aws_lb_listener.https.arn
  priority     = tonumber(each.key)

  action {
    type  = "jwt-validation"
    order = 1

    jwt_validation {
      issuer        = var.tokens.issuer
      jwks_endpoint = var.tokens.jwks_endpoint

      dynamic "additional_claim" {
        for_each = var.tokens.audience == null ? [] : [var.tokens.audience]

        content {
          name   = "aud"
          format = "string-array"
          values = [additional_claim.value]
        }
      }
    }
  }

  action {
    type             = "forward"
    order            = 2
    target_group_arn = aws_lb_target_group.pods.arn
  }

  condition {
    path_pattern {
      values = each.value
    }
  }

  condition {
    http_request_method {
      values = ["GET", "POST", "DELETE"]
    }
  }
}
