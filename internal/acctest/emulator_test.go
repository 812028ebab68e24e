package acctest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestStartEmulator_missing(t *testing.T) {
	t.Parallel()
	for name, python := range map[string]string{"unset": "", "no such file": "/nonexistent/python"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := startEmulator(t.Context(), python); err == nil || !strings.Contains(err.Error(), "make test") {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("not Python", func(t *testing.T) {
		t.Parallel()
		started := time.Now()
		_, err := startEmulator(t.Context(), "false")
		if err == nil || !strings.Contains(err.Error(), "make test") {
			t.Errorf("got %v", err)
		}
		if took := time.Since(started); took > emulatorStartLimit/2 {
			t.Errorf("an emulator that ends at once is noticed after %s", took)
		}
	})
}

func TestLogTail(t *testing.T) {
	t.Parallel()
	log := &logTail{keep: 2}
	log.drain(strings.NewReader("first\n\nsecond\nthird"))
	if got := log.String(); got != "second\nthird" {
		t.Errorf("%q", got)
	}
}

// helperVariable makes this test binary start an emulator, print its address and wait.
const helperVariable = "ACCTEST_HELPER_EMULATOR"

func TestEmulator_diesWithTheTestProcess(t *testing.T) {
	if os.Getenv(helperVariable) != "" {
		fmt.Println("emulator", session.emulator.url)
		_, _ = io.Copy(io.Discard, os.Stdin) // until killed
		return
	}
	t.Parallel()
	OnEmulator(t, "it is about the emulator")
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends a child with its parent")
	}
	helper := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	helper.Env = append(os.Environ(), helperVariable+"=1")
	stdin, err := helper.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := helper.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := helper.Start(); err != nil {
		t.Fatal(err)
	}
	var url string
	for lines := bufio.NewScanner(stdout); url == "" && lines.Scan(); {
		url, _ = strings.CutPrefix(lines.Text(), "emulator ")
		if !strings.HasPrefix(url, "http") {
			url = ""
		}
	}
	if url == "" || !answers(t.Context(), url) {
		t.Fatalf("no emulator at %q", url)
	}
	if err := helper.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = helper.Wait() // killed
	deadline, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for answers(deadline, url) {
		runtime.Gosched()
	}
	if deadline.Err() != nil {
		t.Error("the emulator outlives the process that started it")
	}
}

func answers(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/moto-api/data.json", nil)
	if err != nil {
		return false
	}
	response, err := emulatorTransport.RoundTrip(request)
	if err != nil {
		return false
	}
	response.Body.Close()
	return true
}
