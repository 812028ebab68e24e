package registrytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"
)

// Proxy is a way to the registry under names that it does not have, such as that of an ECR
// registry, with TLS, for a process that cannot be given a transport.
type Proxy struct {
	URL string // of a proxy for HTTPS that leads to the registry, whatever host is asked for
	CA  string // path of the root certificate that vouches for the hosts
}

// Proxy starts a proxy to the registry for these hosts. Any other host fails at TLS.
func (s *Server) Proxy(hosts ...string) Proxy {
	s.t.Helper()
	certificate, ca := s.certify(hosts)
	registry := httptest.NewUnstartedServer(s)
	registry.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	registry.Config.ErrorLog = nil
	registry.StartTLS()
	s.t.Cleanup(registry.Close)

	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "for CONNECT only", http.StatusMethodNotAllowed)
			return
		}
		connect(w, r, registry.Listener.Addr().String())
	}))
	s.t.Cleanup(proxy.Close)

	path := filepath.Join(s.t.TempDir(), "registry-ca.pem")
	if err := os.WriteFile(path, ca, 0o600); err != nil {
		s.t.Fatal(err)
	}
	return Proxy{URL: proxy.URL, CA: path}
}

// connect joins the client of a CONNECT with address.
func connect(w http.ResponseWriter, r *http.Request, address string) {
	var dialer net.Dialer
	up, err := dialer.DialContext(r.Context(), "tcp", address)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	down, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = up.Close()
		return
	}
	if _, err := io.WriteString(down, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_ = up.Close()
		_ = down.Close()
		return
	}
	// Either side ends both: the errors are that the other one went first.
	pipe := func(to, from net.Conn) {
		_, _ = io.Copy(to, from)
		_ = to.Close()
		_ = from.Close()
	}
	go pipe(up, down)
	go pipe(down, up)
}

// certify makes a certificate for hosts, and the PEM text of the root that vouches for it.
func (s *Server) certify(hosts []string) (certificate tls.Certificate, root []byte) {
	s.t.Helper()
	fail := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	key := func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		fail(err)
		return key
	}
	rootKey, hostKey := key(), key()
	// Wide enough for the clocks of test machines.
	begin, end := time.Now().Add(-24*time.Hour), time.Now().Add(24*time.Hour)
	rootTemplate := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "registrytest"}, NotBefore: begin, NotAfter: end,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	hostTemplate := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "registry"}, NotBefore: begin, NotAfter: end,
		DNSNames: hosts, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	rootDER, err := x509.CreateCertificate(rand.Reader, rootTemplate, rootTemplate, &rootKey.PublicKey, rootKey)
	fail(err)
	hostDER, err := x509.CreateCertificate(rand.Reader, hostTemplate, rootTemplate, &hostKey.PublicKey, rootKey)
	fail(err)
	return tls.Certificate{Certificate: [][]byte{hostDER}, PrivateKey: hostKey},
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rootDER})
}
