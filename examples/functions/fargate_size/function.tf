variable "gigabytes" {
  description = "Memory of the task."
  type        = number
  default     = 5
}

# { cpu = 1024, memory = 5120 }
output "size" {
  value = provider::docker::fargate_size(512, var.gigabytes * 1024)
}
