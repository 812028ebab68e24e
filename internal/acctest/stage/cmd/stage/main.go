// Stage serves an emulator with tasks played in front of it:
//
//	stage -upstream http://127.0.0.1:5000 [-listen 127.0.0.1:0]
//
// It prints its address, "listening on http://127.0.0.1:34567", and then answers AWS's calls there. Plays come by
// HTTP, as JSON with the fields of [stage.Play]:
//
//	POST /stage/next        for the next RunTask or StartTask
//	POST /stage/otherwise   for all those without a play of their own
//	GET  /stage/tasks       the tasks that were started
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/acctest/stage"
)

func main() {
	upstream := flag.String("upstream", "", "address of the emulator, such as http://127.0.0.1:5000")
	listen := flag.String("listen", "127.0.0.1:0", "address to listen on; port 0 is a free one")
	flag.Parse()
	if err := run(*upstream, *listen); err != nil {
		fmt.Fprintln(os.Stderr, "stage:", err)
		os.Exit(1)
	}
}

func run(upstream, listen string) error {
	handler, err := newHandler(upstream)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	return server.Serve(listener)
}

// newHandler is the stage before the emulator, and the plays.
func newHandler(upstream string) (http.Handler, error) {
	target, err := url.Parse(upstream)
	if err != nil {
		return nil, err
	}
	if target.Scheme == "" || target.Host == "" {
		return nil, fmt.Errorf("-upstream %q is no address such as http://127.0.0.1:5000", upstream)
	}
	s := stage.New()
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
		},
		// No proxy of the environment stands between two addresses of this machine.
		Transport: s.RoundTripper(&http.Transport{Proxy: nil, DisableCompression: true}),
	}
	mux := http.NewServeMux()
	mux.Handle("/", proxy)
	mux.HandleFunc("POST /stage/next", takePlay(func(p stage.Play) { s.Next(p) }))
	mux.HandleFunc("POST /stage/otherwise", takePlay(s.Otherwise))
	mux.HandleFunc("GET /stage/tasks", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.Tasks()) // a caller that has gone away needs no answer
	})
	return mux, nil
}

func takePlay(take func(stage.Play)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the caller is gone
		}
		play, err := stage.ParsePlay(body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		take(play)
	}
}
