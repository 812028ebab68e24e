package acctest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// AccountVariable names the environment variable that holds the id of the sandbox account
// on which tests and sweepers may run. Unset, tests run on the emulator.
const AccountVariable = "DOCKER_TASK_TEST_ACCOUNT_ID"

// session is what the acceptance tests of this test binary run on. [Main] sets it before
// any test begins.
var session struct {
	kind     sessionKind
	emulator *emulator
	gateway  *gateway
	account  string // the real account's id
}

type sessionKind int

const (
	sessionNone     sessionKind = iota // TF_ACC is unset: no acceptance tests
	sessionEmulator                    // tests run on the emulator
	sessionReal                        // tests run on a real account
)

// Main is for TestMain of a package with acceptance tests; it does not return.
//
// The command line runs without the person's own configuration of it, which may hold
// development overrides. Without TF_ACC, Main then only runs the tests. With it, it starts
// an emulator for this test binary and points the AWS variables of the process at it; or,
// if [AccountVariable] is set, makes sure that the credentials are of that very account,
// and refuses to run otherwise. With -sweep it runs the sweepers instead of the tests.
func Main(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	// A file that does not exist is no way to have none: OpenTofu warns of it in the output
	// of `version`, and terraform-plugin-testing cannot read that.
	if err := os.Setenv("TF_CLI_CONFIG_FILE", os.DevNull); err != nil {
		return refuse(err)
	}
	// Of the command lines and providers that run beside each other each has a core's worth of
	// threads: more of them take a fifth more of the processors' time. Under the race detector
	// they have all, for the sake of the races.
	if !raceDetector {
		if err := os.Setenv("GOMAXPROCS", "1"); err != nil {
			return refuse(err)
		}
	}
	ctx := context.Background()
	sweeping := isSweeping()
	switch account := os.Getenv(AccountVariable); {
	case account != "" && (sweeping || os.Getenv("TF_ACC") != ""):
		if err := verifyAccount(ctx, account); err != nil {
			return refuse(err)
		}
		session.kind, session.account = sessionReal, account
	case sweeping:
		return refuse(fmt.Errorf("sweepers delete things: set %s to the sandbox account's id (`make sweep` with the variable set)", AccountVariable))
	case os.Getenv("TF_ACC") != "":
		stop, err := startSession(ctx)
		if err != nil {
			return refuse(err)
		}
		defer stop()
	}
	if sweeping {
		registerSweepers()
		resource.TestMain(m) // runs the sweepers, not the tests; exits if one fails
		return 0
	}
	code := m.Run()
	if code != 0 && session.emulator != nil {
		if log := session.emulator.log.String(); log != "" {
			fmt.Fprintf(os.Stderr, "acctest: what the emulator printed (without its access log):\n%s\n", log)
		}
	}
	return code
}

func refuse(err error) int {
	fmt.Fprintf(os.Stderr, "acctest: %v\n", err)
	return 1
}

// isSweeping reports whether -sweep is set, a flag of terraform-plugin-testing.
func isSweeping() bool {
	sweep := flag.Lookup("sweep")
	return sweep != nil && sweep.Value.String() != ""
}

// startSession starts the emulator and points the process at it.
func startSession(ctx context.Context) (stop func(), err error) {
	home, err := os.MkdirTemp("", "docker-task-acctest-")
	if err != nil {
		return nil, err
	}
	e, err := startEmulator(ctx, os.Getenv(PythonVariable))
	if err != nil {
		_ = os.RemoveAll(home) // an empty folder in the temporary directory
		return nil, err
	}
	g := newGateway(e.url)
	session.kind, session.emulator, session.gateway = sessionEmulator, e, g
	stop = func() {
		g.server.CloseClientConnections()
		g.server.Close()
		e.stop()
		_ = os.RemoveAll(home) // likewise
	}
	if err := isolateEnvironment(home, emulatorEnvironmentFor(g.server.URL, defaultAccount, home)); err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}

// isolateEnvironment replaces all that the AWS SDK reads from the environment of the
// process, so that nothing of the person who runs the tests is used.
func isolateEnvironment(home string, variables map[string]string) error {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "TF_AWS_") {
			if err := os.Unsetenv(name); err != nil {
				return err
			}
		}
	}
	for _, file := range []string{variables["AWS_CONFIG_FILE"], variables["AWS_SHARED_CREDENTIALS_FILE"]} {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			return fmt.Errorf("empty AWS configuration in %s: %w", home, err)
		}
	}
	for name, value := range variables {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// emulatorEnvironmentFor is the environment of a process that talks to an account on the
// emulator.
func emulatorEnvironmentFor(endpoint, account, home string) map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL":            endpoint,
		"AWS_ACCESS_KEY_ID":           accessKey(account),
		"AWS_SECRET_ACCESS_KEY":       emulatorSecret,
		"AWS_REGION":                  emulatorRegion,
		"AWS_EC2_METADATA_DISABLED":   "true",
		"AWS_CONFIG_FILE":             filepath.Join(home, "aws-config"),
		"AWS_SHARED_CREDENTIALS_FILE": filepath.Join(home, "aws-credentials"),
		"CHECKPOINT_DISABLE":          "1",
	}
}

// verifyAccount is nil only if the credentials of the environment are of the account.
func verifyAccount(ctx context.Context, account string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	configuration, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("%s is set, so tests run on a real account, but its AWS configuration cannot be read: %w", AccountVariable, err)
	}
	if configuration.Region == "" {
		return fmt.Errorf("%s is set, so tests run on a real account: set AWS_REGION too", AccountVariable)
	}
	identity, err := sts.NewFromConfig(configuration).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return fmt.Errorf("%s is set, so tests run on a real account, but the account of the credentials cannot be told: %w", AccountVariable, err)
	}
	if identity.Account == nil || *identity.Account != account {
		found := "no account"
		if identity.Account != nil {
			found = "account " + *identity.Account
		}
		return fmt.Errorf("%s is %s, but the credentials are of %s: nothing was run", AccountVariable, account, found)
	}
	return nil
}
