# Each wire adds statements to the task role and variables to the container; the plan shows
# both. env_prefix distinguishes two wires of one kind.
resource "docker_task" "order" {
  name  = "order"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  wires = {
    invoices = { object_store = "example-invoices", access = "write" }
    orders   = { table = "orders", access = "read_write" }
    mails    = { job_queue = "mails", access = "write", env_prefix = "MAILS_" }
    returns  = { job_queue = "returns", access = "read", env_prefix = "RETURNS_", kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9" }
    price    = { function = "price:live" }
    shipping = { rest_api = { id = "a1b2c3d4e5", stage = "live" } }
    stock    = { database = { resource_id = "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ", username = "order", endpoint = "stock.cluster-abcdefghijkl.us-east-1.rds.amazonaws.com", port = 5432 } }

    # For a service without a kind.
    translate = {
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "translate:TranslateText", Resource = "*" }]
      })
    }
  }
}
