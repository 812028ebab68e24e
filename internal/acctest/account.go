package acctest

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/go-version"
)

const (
	// defaultAccount is moto's own default (moto/core/utils.py, DEFAULT_ACCOUNT_ID): what
	// code outside a test's account uses.
	defaultAccount = "123456789012"
	emulatorRegion = "us-east-1"
	emulatorSecret = "emulator"
)

// account is the AWS account that a test works in.
type account struct {
	id    string
	owner string // the test's name

	mu        sync.Mutex
	consumers map[string]bool // roles made by CreateRole, which outlive the unit
	proxied   bool
}

var accounts = struct {
	sync.Mutex
	byTest map[string]*account
	made   int
}{byTest: make(map[string]*account)}

// accountOf is the account of the test, or of the nearest enclosing test that has one; a
// test that has none gets one.
func accountOf(t testing.TB) *account {
	t.Helper()
	accounts.Lock()
	defer accounts.Unlock()
	if found := lookUpAccount(t.Name()); found != nil {
		return found
	}
	return openAccount(t)
}

// accountForProxy is like accountOf, but an account has only one proxy.
func accountForProxy(t testing.TB) *account {
	t.Helper()
	accounts.Lock()
	defer accounts.Unlock()
	found := lookUpAccount(t.Name())
	switch {
	case found == nil, found.proxied && found.owner != t.Name():
		found = openAccount(t)
	case found.proxied:
		t.Fatal("acctest: the test has a proxy already")
	}
	found.proxied = true
	return found
}

// Isolate gives a subtest an account of its own; without it, it shares the one of the
// enclosing test. Call it before anything else of this package. On a real account there
// is only one, and Isolate does nothing.
func Isolate(t testing.TB) {
	t.Helper()
	accounts.Lock()
	defer accounts.Unlock()
	if accounts.byTest[t.Name()] == nil {
		openAccount(t)
	}
}

// IsolateIn is like Isolate, but the account is the one with this id, on the emulator: for a
// test that has ARNs from elsewhere. Tests that run at the same time need different ones.
func IsolateIn(t testing.TB, id string) {
	t.Helper()
	accounts.Lock()
	defer accounts.Unlock()
	openAccount(t).id = id
}

func lookUpAccount(test string) *account {
	for {
		if found := accounts.byTest[test]; found != nil {
			return found
		}
		slash := strings.LastIndexByte(test, '/')
		if slash < 0 {
			return nil
		}
		test = test[:slash]
	}
}

// openAccount must be called with accounts locked.
func openAccount(t testing.TB) *account {
	t.Helper()
	opened := &account{owner: t.Name(), consumers: make(map[string]bool)}
	switch session.kind {
	case sessionEmulator:
		accounts.made++
		opened.id = fmt.Sprintf("2%011d", accounts.made)
	case sessionReal:
		opened.id = session.account
	default:
		t.Fatal("acctest: no AWS to test on: TF_ACC is unset, or the package's TestMain does not call acctest.Main")
	}
	accounts.byTest[opened.owner] = opened
	t.Cleanup(func() {
		accounts.Lock()
		defer accounts.Unlock()
		delete(accounts.byTest, opened.owner)
	})
	return opened
}

// AccountID is the id of the test's AWS account.
func AccountID(t testing.TB) string {
	t.Helper()
	return accountOf(t).id
}

// Region is the region that the test works in.
func Region() string {
	if session.kind == sessionReal {
		if region := os.Getenv("AWS_REGION"); region != "" {
			return region
		}
		return os.Getenv("AWS_DEFAULT_REGION")
	}
	return emulatorRegion
}

// ProviderConfig is the configuration of provider "docker" for the test's account, with
// further lines inside the block. On a real account, credentials come from the environment.
//
// Retries are kept to one, so that a fault which the provider cannot get over does not
// take minutes; a test of retries passes its own max_retries.
func ProviderConfig(t testing.TB, lines ...string) string {
	t.Helper()
	return providerBlock(accountOf(t), lines)
}

func providerBlock(of *account, lines []string) string {
	arguments := []string{fmt.Sprintf("region = %q", Region())}
	if session.kind == sessionEmulator {
		arguments = append(arguments,
			fmt.Sprintf("access_key = %q", accessKey(of.id)),
			fmt.Sprintf("secret_key = %q", emulatorSecret))
		if !containsArgument(lines, "max_retries") {
			arguments = append(arguments, "max_retries = 1")
		}
	}
	return "provider \"docker\" {\n  " + strings.Join(append(arguments, lines...), "\n  ") + "\n}\n"
}

func containsArgument(lines []string, name string) bool {
	for _, line := range lines {
		if argument, _, found := strings.Cut(line, "="); found && strings.TrimSpace(argument) == name {
			return true
		}
	}
	return false
}

// Environment is the environment of a process of its own, such as a provider binary, for
// the test's account: NAME=value, in addition to that of this process.
func Environment(t testing.TB) []string {
	t.Helper()
	of := accountOf(t)
	if session.kind == sessionReal {
		return nil
	}
	return []string{
		"AWS_ENDPOINT_URL=" + session.gateway.server.URL,
		"AWS_ACCESS_KEY_ID=" + accessKey(of.id),
		"AWS_SECRET_ACCESS_KEY=" + emulatorSecret,
		"AWS_REGION=" + emulatorRegion,
	}
}

// OnEmulator marks a test that makes sense on the emulator only; on a real account it is
// skipped with the reason.
func OnEmulator(t testing.TB, reason string) {
	t.Helper()
	skipWithoutAcceptance(t)
	if session.kind == sessionReal {
		t.Skipf("runs on the emulator only: %s", reason)
	}
}

// PreCheck is for resource.TestCase.PreCheck, and for tests that run the command line
// themselves: it skips without TF_ACC, and fails if the command line is missing or too old.
func PreCheck(t testing.TB) {
	t.Helper()
	skipWithoutAcceptance(t)
	if session.kind == sessionNone {
		t.Fatal("acctest: the package's TestMain does not call acctest.Main")
	}
	found := CommandLine(t)
	if oldest := version.Must(version.NewVersion(oldestVersions[found.Name])); found.Version.Core().LessThan(oldest) {
		t.Fatalf("%s %s is too old: the tests need %s; `make test` builds a new one, TF_ACC_TERRAFORM_PATH names it", found.Name, found.Version, oldest)
	}
}

func skipWithoutAcceptance(t testing.TB) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance test: TF_ACC is not set; `make test` runs it")
	}
}
