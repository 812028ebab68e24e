variable "name" {
  description = "Name of the job, and of all that belongs to it."
  type        = string
}

variable "image" {
  description = "Image to run."
  type        = string
}

variable "command" {
  description = "Command, a list of words. Default: the image's."
  type        = list(string)
  default     = null
}

variable "environment" {
  description = "Environment variables."
  type        = map(string)
  default     = null
}

variable "secrets" {
  description = "Variables from SSM parameters or Secrets Manager, by name."
  type        = map(string)
  default     = null
}

variable "cpu" {
  description = "CPU units."
  type        = number
  default     = 256
}

variable "memory" {
  description = "MiB of memory."
  type        = number
  default     = 512
}

# Entries with different attributes have no common type but any.
variable "wires" {
  description = "Resources that the job uses, as wires of docker_task."
  type        = any
  default     = null
}

variable "schedules" {
  description = "When the job runs, by name."
  type = map(object({
    expression  = string
    time_zone   = optional(string, "UTC")
    command     = optional(list(string))
    environment = optional(map(string))
  }))
  default = {}
}

variable "consumer_roles" {
  description = "Roles of the functions that run the job."
  type        = set(string)
  default     = []
}

variable "notify_topic" {
  description = "Name or ARN of the SNS topic that is told of failures. Default: none."
  type        = string
  default     = null
}

variable "network" {
  description = "Where the job runs. Default: the cluster default, in the default VPC."
  type = object({
    cluster            = optional(string)
    subnet_ids         = optional(set(string))
    security_group_ids = optional(set(string))
    assign_public_ip   = optional(bool)
  })
  default = {}
}

variable "tags" {
  description = "Tags of all parts."
  type        = map(string)
  default     = null
}
