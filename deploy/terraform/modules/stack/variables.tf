variable "name" {
  description = "Name of the environment, as frontrow-prod."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "3 to 20 lower-case letters, digits and dashes: balancers and roles have short names."
  }
}

variable "environment" {
  description = "GitHub's environment that deploys here."
  type        = string
}

variable "namespace" {
  description = "Namespace of the chart."
  type        = string
}

variable "cidr" {
  description = "Addresses of the VPC."
  type        = string
}

variable "zones" {
  description = "Availability zones, three."
  type        = list(string)
}

variable "is_protected" {
  description = "Refuses to be deleted; a NAT in each zone."
  type        = bool
}

variable "zone_name" {
  description = "The zone in Route 53, which is there already."
  type        = string
}

variable "domain" {
  description = "The public name, in that zone."
  type        = string
}

variable "countries" {
  description = "Countries that may ask; none is all."
  type        = list(string)
  default     = []
}

variable "tokens" {
  description = "For the balancer's check of bearer tokens; null leaves it to the pods."
  type        = object({ issuer = string, jwks_endpoint = string, audience = optional(string) })
  default     = null
}

variable "reserved_capacity_units" {
  description = "Of the balancer."
  type        = number
  default     = 0
}

variable "kubernetes_version" {
  description = "Minor version."
  type        = string
  default     = "1.34"
}

variable "pods_max" {
  description = "Pods at most, as in the chart's autoscaling."
  type        = number
}

variable "pods_per_node" {
  description = "Pods that fit a node, by their requests."
  type        = number
  default     = 3
}

variable "connections_per_pod" {
  description = "mysql-connections of a pod."
  type        = number
  default     = 15
}

variable "node_instance_types" {
  description = "Of the pods' nodes."
  type        = list(string)
}

variable "nodes_min" {
  description = "Nodes for pods that are always there."
  type        = number
}

variable "is_spot" {
  description = "Nodes for pods that may be taken away."
  type        = bool
  default     = false
}

variable "operators" {
  description = "Roles of people who manage the cluster, by name."
  type        = map(string)
  default     = {}
}

variable "runner_security_group_ids" {
  description = "Groups of the runners in the VPC that deploy."
  type        = map(string)
  default     = {}
}

variable "mysql" {
  description = "The database."
  type = object({
    engine_version         = string
    instance_class         = string
    is_multi_az            = bool
    replica_instance_class = string
    replicas               = number
    storage_gib            = number
    iops                   = optional(number)
    throughput             = optional(number)
  })
}

variable "redis" {
  description = "Redis."
  type        = object({ node_type = string, nodes = number })
}

variable "kafka" {
  description = "Kafka."
  type        = object({ version = string, instance_type = string, storage_gib = number })
}

variable "has_registry" {
  description = "The registry and GitHub's provider are made with this environment; one in an account."
  type        = bool
}

variable "repository" {
  description = "Owner and name at GitHub."
  type        = string
}

variable "token_key" {
  description = "Public key (PEM) that verifies bearer tokens. It is no secret."
  type        = string
}

variable "secret_versions" {
  description = "A number that grows makes new values: of all that the pods have, or of the database's master user."
  type        = object({ pods = number, master = number })
  default     = { pods = 1, master = 1 }
}

variable "alarm_mail" {
  description = "Addresses that get alarms."
  type        = list(string)
}

variable "monthly_usd" {
  description = "The budget."
  type        = number
}
