variable "name" {
  description = "Name of the environment, as frontrow-prod."
  type        = string
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "subnet_ids" {
  description = "The data subnets."
  type        = list(string)
}

variable "pods_security_group_id" {
  description = "Group of the pods."
  type        = string
}

variable "data_key_arn" {
  description = "Key for storage, backups and Performance Insights."
  type        = string
}

variable "engine_version" {
  description = "MySQL, 8.4 and a patch."
  type        = string

  validation {
    condition     = startswith(var.engine_version, "8.4.")
    error_message = "The parameter group is MySQL 8.4's."
  }
}

variable "instance_class" {
  description = "Of the primary and its standby."
  type        = string
}

variable "replica_instance_class" {
  description = "Of each replica."
  type        = string
}

variable "replicas" {
  description = "Read replicas."
  type        = number
}

variable "is_multi_az" {
  description = "A standby in another zone."
  type        = bool
}

variable "is_protected" {
  description = "Refuses to be deleted, and leaves a last snapshot."
  type        = bool
}

variable "storage_gib" {
  description = "Storage to begin with; it grows to four times that."
  type        = number
}

variable "iops" {
  description = "gp3's operations a second; null is the 3,000 that come with it (12,000 from 400 GiB)."
  type        = number
  default     = null
}

variable "throughput" {
  description = "gp3's MiB a second; null is what comes with it."
  type        = number
  default     = null
}

variable "max_connections" {
  description = "Of the primary."
  type        = number
}

variable "max_replica_connections" {
  description = "Of each replica."
  type        = number
}

variable "master_secret_id" {
  description = "Secret with the master user's password."
  type        = string
}

variable "master_secret_version" {
  description = "Grows when the password was changed."
  type        = number
}
