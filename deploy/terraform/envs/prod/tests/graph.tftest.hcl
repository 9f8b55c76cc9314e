# With the stand-in for the provider (tools/terraform/stand_in): everything is planned and applied, and nothing is made.

variables {
  zone_name  = "example.com"
  repository = "owner/frontrow"
  alarm_mail = ["operations@example.com"]
  operators  = { anna = "arn:aws:iam::123456789012:role/operations" }
  token_key  = "-----BEGIN PUBLIC KEY-----"
}

run "everything" {
  assert {
    condition     = length(output.values.settings["mysql-replicas"]) == 2
    error_message = "replicas: ${jsonencode(output.values.settings)}"
  }

  assert {
    condition     = output.values.networkPolicy.buyers[0].ipBlock.cidr == "10.40.240.0/24" && output.values.settings["trusted-proxies"][0] == "10.40.240.0/24"
    error_message = "the balancer's network: ${jsonencode(output.values.networkPolicy)}"
  }

  assert {
    condition     = output.values.settings["allowed-hosts"] == "tickets.example.com" && output.values.autoscaling.maxReplicas == 50
    error_message = jsonencode(output.values.settings)
  }

  assert {
    condition     = (output.deployment.registry == null) == true && (output.deployment.roles.push == null) == true
    error_message = "the registry is made once: ${jsonencode(output.deployment)}"
  }

  assert {
    condition     = !strcontains(jsonencode(output.values), "random_password")
    error_message = "a secret among the values"
  }
}

run "tokens_checked_by_the_balancer" {
  variables {
    tokens = { issuer = "https://login.example.com", jwks_endpoint = "https://login.example.com/keys", audience = "frontrow" }
  }

  assert {
    condition     = output.deployment.token_rules == 3
    error_message = "rules: ${output.deployment.token_rules}"
  }
}

run "key_sets_without_https" {
  command = plan

  variables {
    tokens = { issuer = "http://login.example.com", jwks_endpoint = "http://login.example.com/keys" }
  }

  expect_failures = [var.tokens]
}
