package acctest

import (
	"bufio"
	"context"
	_ "embed" // emulator.py
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// PythonVariable names the environment variable that holds the Python interpreter
// which has moto[server] installed.
const PythonVariable = "DOCKER_TASK_TEST_PYTHON"

const (
	// Python compiles moto's modules at the first start on a fresh machine, which takes
	// far longer than the half second of the next ones.
	emulatorStartLimit = 90 * time.Second
	emulatorStopLimit  = 5 * time.Second
	// The port is chosen before the emulator binds it, so another process can be faster.
	emulatorPortAttempts = 3
	emulatorLogLines     = 200
)

//go:embed emulator.py
var emulatorScript string

// emulator is one running moto server.
type emulator struct {
	*process
	url string
	log *logTail
}

// startEmulator starts moto on a free port of the loopback interface and returns when it
// answers.
func startEmulator(ctx context.Context, python string) (*emulator, error) {
	if python == "" {
		return nil, fmt.Errorf("%s is not set: it names the Python interpreter that has moto[server]; `make test` installs it and sets it", PythonVariable)
	}
	if _, err := exec.LookPath(python); err != nil {
		return nil, fmt.Errorf("%s: %w; `make test` installs it and sets it", PythonVariable, err)
	}
	var errs []error
	for range emulatorPortAttempts {
		e, err := startEmulatorOnce(ctx, python)
		if err == nil {
			return e, nil
		}
		errs = append(errs, err)
		if !strings.Contains(err.Error(), "in use") {
			break
		}
	}
	return nil, errors.Join(errs...)
}

func startEmulatorOnce(ctx context.Context, python string) (*emulator, error) {
	host, port, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	e := &emulator{
		url: "http://" + net.JoinHostPort(host, port),
		log: &logTail{keep: emulatorLogLines},
	}
	cmd := exec.Command(python, "-c", emulatorScript, host, port)
	cmd.Env = emulatorEnvironment(os.Environ())
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = cmd.Stdout
	if e.process, err = startProcess(cmd, func() { e.log.drain(output) }); err != nil {
		return nil, fmt.Errorf("starting the emulator: %w", err)
	}
	if err := e.waitReady(ctx); err != nil {
		e.stop()
		return nil, err
	}
	return e, nil
}

func (e *emulator) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, emulatorStartLimit)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}
	for pause := 10 * time.Millisecond; ; pause = min(pause*3/2, 250*time.Millisecond) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, e.url+"/moto-api/data.json", nil)
		if err != nil {
			return err
		}
		if response, err := client.Do(request); err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-time.After(pause):
		case <-e.exited:
			return fmt.Errorf("the emulator ended while starting (does %s have moto[server]? `make test` installs it):\n%s", e.cmd.Path, e.log)
		case <-ctx.Done():
			return fmt.Errorf("the emulator at %s does not answer (%w):\n%s", e.url, ctx.Err(), e.log)
		}
	}
}

// stop ends the emulator's process group. It is safe to call more than once.
func (e *emulator) stop() {
	e.signal(syscall.SIGTERM)
	select {
	case <-e.exited:
		return
	case <-time.After(emulatorStopLimit):
	}
	e.signal(syscall.SIGKILL)
	<-e.exited
}

func freeAddress(ctx context.Context) (host, port string, err error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	defer listener.Close()
	return net.SplitHostPort(listener.Addr().String())
}

// emulatorEnvironment leaves out what would change the emulator's answers: MOTO_ACCOUNT_ID
// above all, which overrides the account of each request. Machine images, which nothing here
// asks for, are not loaded: there are 1300 in each region of each account, and each test has
// an account.
func emulatorEnvironment(environment []string) []string {
	return append(slices.DeleteFunc(slices.Clone(environment), func(variable string) bool {
		return strings.HasPrefix(variable, "MOTO_") || strings.HasPrefix(variable, "AWS_")
	}), "PYTHONUNBUFFERED=1", "MOTO_EC2_LOAD_DEFAULT_AMIS=false")
}

// logTail keeps the last lines of the emulator's output.
type logTail struct {
	keep  int
	mu    sync.Mutex
	lines []string
}

func (l *logTail) drain(r io.Reader) {
	reader := bufio.NewReader(r)
	for {
		line, err := reader.ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			l.add(line)
		}
		if err != nil {
			return
		}
	}
}

func (l *logTail) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
	if surplus := len(l.lines) - l.keep; surplus > 0 {
		l.lines = slices.Delete(l.lines, 0, surplus)
	}
}

func (l *logTail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}
