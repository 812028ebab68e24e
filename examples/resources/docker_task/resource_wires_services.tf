# Further kinds. A cache, a database or a search domain in a VPC is reached through the network too: the task is in
# a security group, which the security group of the cache lets in.
resource "docker_task" "digest" {
  name               = "digest"
  image              = "public.ecr.aws/docker/library/busybox:1.37"
  subnet_ids         = ["subnet-0123456789abcdef0"]
  security_group_ids = ["sg-0123456789abcdef0"]

  wires = {
    incoming  = { object_prefix = { bucket = "example-letters", prefix = "incoming/" }, access = "read" }
    changes   = { table_stream = "subscribers" }
    sessions  = { cache = { replication_group_id = "sessions", username = "digest", endpoint = "master.sessions.abc123.use1.cache.amazonaws.com", port = 6379 } }
    articles  = { search_domain = { name = "articles", endpoint = "search-articles-abc123.us-east-1.es.amazonaws.com" }, access = "read_write" }
    customers = { user_pool = "us-east-1_AbCdEf123", access = "read" }
    summary   = { model = "amazon.nova-lite-v1:0" }
    price     = { express_workflow = "price" }
    ledger    = { data_api = "ledger" }
    login     = { secret = "ledger-digest", access = "read" } # the user of ledger
    sender    = { email = "news.example.com" }
    browsers  = { websocket_api = { id = "a1b2c3d4e5", stage = "live" }, access = "write" }
  }
}
