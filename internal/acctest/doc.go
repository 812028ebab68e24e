// Package acctest is what the acceptance tests stand on.
//
// A test binary whose TestMain calls [Main] gets an emulator of AWS of its own, or
// runs on a real sandbox account when DOCKER_TASK_TEST_ACCOUNT_ID names one. On the
// emulator every test has an AWS account to itself, so tests run in parallel and can
// assert that nothing is left of what they made:
//
//	provider ── AWS_ENDPOINT_URL ──> gateway ──> emulator (x-moto-account-id)
//	                                   └─ the test's Proxy, if it has one: records, fails, delays
//
// The gateway distinguishes accounts by the access key, as AWS does. [ProviderConfig]
// writes the provider block with the key of the test's account. The emulator is moto behind
// a faster server (emulator.py); what it answers otherwise than AWS is put right on the way
// (quirks.go). It runs no tasks: [NewStage] plays them, between the proxy and the emulator.
//
// [Test] runs a test case of terraform-plugin-testing with a front of the command line, which answers
// by itself what is known (command front).
//
// The package does not import internal/provider, so that tests inside that package can
// import this one.
package acctest
