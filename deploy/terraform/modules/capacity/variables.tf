variable "cidr" {
  description = "Addresses of the VPC."
  type        = string

  validation {
    condition     = can(cidrsubnet(var.cidr, 4, 15)) && tonumber(split("/", var.cidr)[1]) <= 18
    error_message = "The VPC needs a /18 or more: twelve subnets of it are cut, and every pod has an address of its own."
  }
}

variable "zones" {
  description = "Availability zones."
  type        = list(string)

  validation {
    condition     = length(var.zones) == 3 && length(distinct(var.zones)) == 3
    error_message = "Three different zones: Kafka's three copies and the semi-synchronous standby are spread over them."
  }
}

variable "pods_max" {
  description = "Pods at most, as in the chart's autoscaling."
  type        = number

  validation {
    condition     = var.pods_max >= 1 && var.pods_max <= 200
    error_message = "1 to 200 pods."
  }
}

variable "workers" {
  description = "Pods without the API."
  type        = number
  default     = 2
}

variable "pods_per_node" {
  description = "Pods of frontrow that fit a node, by their requests."
  type        = number
  default     = 3
}

variable "connections_per_pod" {
  description = "mysql-connections of a pod."
  type        = number
  default     = 15

  validation {
    condition     = var.connections_per_pod >= 7 && var.connections_per_pod <= 512
    error_message = "A pod refuses to start with fewer than 7 connections, or more than 512."
  }
}
