variables {
  cidr     = "10.40.0.0/16"
  zones    = ["a", "b", "c"]
  pods_max = 50
}

run "fifty_pods" {
  command = plan

  # A quarter more in an update, two workers, fifteen each, fifty for others (docs/infra.md: 750 for fifty pods at work).
  assert {
    condition     = output.mysql_connections == (63 + 2) * 15 + 50
    error_message = "connections: ${output.mysql_connections}"
  }

  assert {
    condition     = output.mysql_replica_connections == (63 + 2) * 4 + 50
    error_message = "connections of a replica: ${output.mysql_replica_connections}"
  }

  assert {
    condition     = output.subnets.public[0] == "10.40.0.0/20" && output.subnets.edge[2] == "10.40.242.0/24"
    error_message = "networks: ${jsonencode(output.subnets)}"
  }

  assert {
    condition     = length(distinct(flatten(values(output.subnets)))) == 12
    error_message = "a network has two purposes"
  }

  assert {
    condition     = output.nodes_max * 3 >= 65 && output.nodes_max % 3 == 0
    error_message = "nodes: ${output.nodes_max}"
  }
}

run "few_connections_for_each" {
  command = plan

  variables {
    connections_per_pod = 7
    pods_max            = 5
  }

  assert {
    condition     = output.mysql_connections == (7 + 2) * 7 + 50
    error_message = "connections: ${output.mysql_connections}"
  }
}

run "too_few_connections" {
  command = plan

  variables {
    connections_per_pod = 6
  }

  expect_failures = [var.connections_per_pod]
}

run "too_small_a_network" {
  command = plan

  variables {
    cidr = "10.40.0.0/20"
  }

  expect_failures = [var.cidr]
}

run "two_zones" {
  command = plan

  variables {
    zones = ["a", "b"]
  }

  expect_failures = [var.zones]
}

run "a_zone_twice" {
  command = plan

  variables {
    zones = ["a", "b", "b"]
  }

  expect_failures = [var.zones]
}
