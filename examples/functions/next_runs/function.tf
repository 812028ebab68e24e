# Half past two in Berlin, around the night in which clocks go forward and there is none:
# ["2027-03-29T02:30:00+02:00", "2027-03-30T02:30:00+02:00"]
output "nights" {
  value = provider::docker::next_runs("cron(30 2 * * ? *)", "Europe/Berlin", "2027-03-27T12:00:00Z", 2)
}
