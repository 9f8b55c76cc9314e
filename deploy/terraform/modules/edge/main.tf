# CloudFront before the balancer. It keeps what is the same for everybody (files for ever, pages and catalogue for a second) and nothing that is
# a person's: tests/deploy/terraform_test.py asks that of each route.

data "aws_cloudfront_cache_policy" "none" {
  name = "Managed-CachingDisabled"
}

data "aws_cloudfront_cache_policy" "files" {
  name = "Managed-CachingOptimized"
}

data "aws_cloudfront_origin_request_policy" "all" {
  name = "Managed-AllViewer"
}

# The pods answer to the public name only, and the balancer's certificate is for it: every request brings its Host, those for files, too.
resource "aws_cloudfront_origin_request_policy" "host" {
  name    = "${var.name}-host"
  comment = "Host and no more"

  cookies_config {
    cookie_behavior = "none"
  }

  headers_config {
    header_behavior = "whitelist"

    headers {
      items = ["Host"]
    }
  }

  query_strings_config {
    query_string_behavior = "none"
  }
}

# The pods answer "no-cache" with a tag. A second here makes one question of the ten thousand that come within it; seats that are left may be a
# second old in a list, as they are on the way to a buyer anyway.
resource "aws_cloudfront_cache_policy" "second" {
  name        = "${var.name}-second"
  comment     = "The same for everybody, and a second old at most"
  min_ttl     = 1
  default_ttl = 1
  max_ttl     = 1

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_gzip   = true
    enable_accept_encoding_brotli = false

    cookies_config {
      cookie_behavior = "none"
    }

    # An answer names the page that may read it (CORS).
    headers_config {
      header_behavior = "whitelist"

      headers {
        items = ["Host", "Origin"]
      }
    }

    query_strings_config {
      query_string_behavior = "all"
    }
  }
}

resource "aws_cloudfront_response_headers_policy" "this" {
  # checkov:skip=CKV_AWS_259:only preload is missing, which is a word for the whole zone and not for one name in it
  name    = var.name
  comment = "TLS ends here, so this is said here; all else is the pods' word"

  security_headers_config {
    strict_transport_security {
      access_control_max_age_sec = 63072000
      include_subdomains         = true
      preload                    = false
      override                   = true
    }

    content_type_options {
      override = false
    }
  }
}

resource "aws_cloudfront_vpc_origin" "this" {
  vpc_origin_endpoint_config {
    name                   = var.name
    arn                    = var.balancer.arn
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "https-only"

    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }
}

locals {
  reading = ["GET", "HEAD", "OPTIONS"]
  any     = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]

  # In this order; the first that fits counts, and `*` goes over slashes. Whatever fits none is kept nowhere.
  behaviors = [
    { path = "/assets/*", keep = "files" },
    { path = "/api/v1/concerts/*/reservations", keep = "none" },
    { path = "/api/v1/concerts/*/seats", keep = "none" },
    { path = "/api/v1/concerts/*", keep = "second" },
    { path = "/api/v1/concerts", keep = "second" },
    { path = "/", keep = "second" },
  ]
  policies = {
    none   = data.aws_cloudfront_cache_policy.none.id
    files  = data.aws_cloudfront_cache_policy.files.id
    second = aws_cloudfront_cache_policy.second.id
  }
  forwarded = {
    none   = data.aws_cloudfront_origin_request_policy.all.id
    files  = aws_cloudfront_origin_request_policy.host.id
    second = null # Host is in its key
  }
}

resource "aws_cloudfront_distribution" "this" {
  # checkov:skip=CKV2_AWS_47:the list of known bad inputs is there; the list of anonymous addresses that is asked for as well would refuse people behind a VPN
  # checkov:skip=CKV_AWS_86:the balancer logs what reaches a pod; what is answered from here is the same for everybody
  # checkov:skip=CKV_AWS_305:the pods answer for "/"
  # checkov:skip=CKV_AWS_310:there is one origin; a request that may have been a sale is repeated by the client only
  # checkov:skip=CKV_AWS_374:people buy from where they are; the operator narrows it with var.countries
  comment         = var.name
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = var.price_class
  aliases         = [var.domain]
  web_acl_id      = aws_wafv2_web_acl.this.arn

  origin {
    origin_id           = "balancer"
    domain_name         = var.balancer.dns_name
    connection_attempts = 2
    connection_timeout  = 3

    vpc_origin_config {
      vpc_origin_id            = aws_cloudfront_vpc_origin.this.id
      origin_keepalive_timeout = 50 # less than the balancer's 60
      origin_read_timeout      = 30
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.behaviors

    content {
      path_pattern               = ordered_cache_behavior.value.path
      target_origin_id           = "balancer"
      viewer_protocol_policy     = "redirect-to-https"
      allowed_methods            = ordered_cache_behavior.value.keep == "none" ? local.any : local.reading
      cached_methods             = ["GET", "HEAD"]
      compress                   = true
      cache_policy_id            = local.policies[ordered_cache_behavior.value.keep]
      origin_request_policy_id   = local.forwarded[ordered_cache_behavior.value.keep]
      response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
    }
  }

  default_cache_behavior {
    target_origin_id           = "balancer"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = local.any
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = data.aws_cloudfront_cache_policy.none.id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.all.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
  }

  restrictions {
    geo_restriction {
      restriction_type = length(var.countries) > 0 ? "whitelist" : "none"
      locations        = var.countries
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.edge.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}
