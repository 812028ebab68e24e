package acctest

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
)

// Fault is what a [Proxy] does to a call instead of passing on AWS's answer. One with a
// code is answered as an AWS error, written as the called service writes them:
//
//	Fault{Code: "ClientException", Message: "Role is not valid", Status: 400}
type Fault struct {
	// Code is the error code, such as ThrottlingException.
	Code    string
	Message string
	// Status is the HTTP status; 400 if unset.
	Status int

	kind  faultKind
	body  string // of faultBody
	after bool
	then  func()
}

type faultKind int

const (
	faultError faultKind = iota // answers with Code, Message and Status
	faultServer
	faultThrottle
	faultDenied
	faultDrop
	faultHang
	faultBody
)

// The faults that AWS and the network have on their own. Error codes, statuses and
// documents are those of the called service.
var (
	// ServerError answers HTTP 500. An SDK retries it.
	ServerError = Fault{kind: faultServer}
	// Throttling answers that the rate is exceeded. An SDK retries it.
	Throttling = Fault{kind: faultThrottle}
	// AccessDenied answers that no policy allows the operation. An SDK does not retry it.
	AccessDenied = Fault{kind: faultDenied}
	// ConnectionDropped closes the connection before AWS sees the call.
	ConnectionDropped = Fault{kind: faultDrop}
	// AnswerLost lets the call take effect, then closes the connection without an answer.
	AnswerLost = ConnectionDropped.AfterEffect()
	// AnswerBlank and AnswerHTML let the call take effect, and answer it with success and nothing, or with a
	// page, as proxies do.
	AnswerBlank = Fault{kind: faultBody, Status: http.StatusOK}.AfterEffect()
	AnswerHTML  = Fault{kind: faultBody, Status: http.StatusOK, body: "<html><body><h1>Sign in</h1></body></html>"}.AfterEffect()
	// AnswerEmpty is the same with a document in which there is nothing.
	AnswerEmpty = Fault{kind: faultBody, Status: http.StatusOK, body: "{}"}.AfterEffect()
	// NeverAnswers holds the call, which AWS never sees, until the caller gives up or the
	// proxy is closed.
	NeverAnswers = Fault{kind: faultHang}
)

// AfterEffect is the same fault, but AWS carries the call out first.
func (f Fault) AfterEffect() Fault {
	f.after = true
	return f
}

// Then calls tell when the fault befalls a call, after AWS's part of it: at that moment a test can
// end what waits for the answer, and need not wait for time to pass.
func (f Fault) Then(tell func()) Fault {
	f.then = tell
	return f
}

// wireError is an error as a service answers it.
type wireError struct {
	code    string
	message string
	status  int
}

// Codes and statuses are those of the services' API references ("Common Errors" and the
// errors of each operation); a service that is not listed has the form of its protocol.
var (
	serverErrors = map[string]wireError{
		"ecs":  {"ServerException", "Service Unavailable. Please try again later.", http.StatusInternalServerError},
		"logs": {"InternalFailure", "The request processing has failed because of an unknown error, exception or failure.", http.StatusInternalServerError},
		"iam":  {"ServiceFailure", "The request processing has failed because of an unknown error, exception or failure.", http.StatusInternalServerError},
		"ec2":  {"InternalError", "An internal error has occurred", http.StatusInternalServerError},
	}
	serverErrorDefault = wireError{"InternalFailure", "The request processing has failed because of an unknown error, exception or failure.", http.StatusInternalServerError}

	throttles = map[protocol]wireError{
		protocolJSON:  {"ThrottlingException", "Rate exceeded", http.StatusBadRequest},
		protocolQuery: {"Throttling", "Rate exceeded", http.StatusBadRequest},
		protocolEC2:   {"RequestLimitExceeded", "Request limit exceeded.", http.StatusServiceUnavailable},
	}

	denials = map[protocol]wireError{
		protocolJSON:  {"AccessDeniedException", "", http.StatusBadRequest},
		protocolQuery: {"AccessDenied", "", http.StatusForbidden},
		protocolEC2:   {"UnauthorizedOperation", "", http.StatusForbidden},
	}
)

func (f Fault) wireError(call Call) wireError {
	var e wireError
	switch f.kind {
	case faultServer:
		var known bool
		if e, known = serverErrors[call.Service]; !known {
			e = serverErrorDefault
		}
	case faultThrottle:
		e = throttles[call.protocol]
	case faultDenied:
		e = denials[call.protocol]
		e.message = fmt.Sprintf("User: acceptance-test is not authorized to perform: %s:%s because no identity-based policy allows the %[1]s:%[2]s action", call.Service, call.Operation)
	default:
		e = wireError{code: f.Code, message: f.Message, status: http.StatusBadRequest}
	}
	if f.Code != "" {
		e.code = f.Code
	}
	if f.Message != "" {
		e.message = f.Message
	}
	if f.Status != 0 {
		e.status = f.Status
	}
	return e
}

// answer writes the error in the form of the call's protocol.
func (f Fault) answer(call Call) answer {
	if f.kind == faultBody {
		return f.strange(call)
	}
	e := f.wireError(call)
	requestID := "fault-" + strconv.Itoa(call.Index)
	header := http.Header{"X-Amzn-Requestid": {requestID}}
	var body []byte
	var err error
	switch call.protocol {
	case protocolJSON:
		header.Set("Content-Type", "application/x-amz-json-1.1")
		header.Set("X-Amzn-Errortype", e.code)
		body, err = json.Marshal(map[string]string{"__type": e.code, "message": e.message})
	case protocolQuery:
		header.Set("Content-Type", "text/xml")
		body, err = xml.Marshal(queryError(e, requestID))
	case protocolEC2:
		header.Set("Content-Type", "text/xml;charset=UTF-8")
		body, err = xml.Marshal(ec2Error(e, requestID))
	}
	if err != nil {
		panic(err) // strings only: cannot happen
	}
	return answer{status: e.status, header: header, body: body}
}

// strange is an answer that is none.
func (f Fault) strange(call Call) answer {
	body := f.body
	if body == "{}" && call.protocol != protocolJSON {
		body = "<" + call.Operation + "Response></" + call.Operation + "Response>"
	}
	return answer{status: f.Status, header: http.Header{}, body: []byte(body)}
}

func queryError(e wireError, requestID string) any {
	type inner struct {
		Type    string
		Code    string
		Message string
	}
	fault := "Sender"
	if e.status >= http.StatusInternalServerError {
		fault = "Receiver"
	}
	return struct {
		XMLName   xml.Name `xml:"ErrorResponse"`
		Error     inner
		RequestID string `xml:"RequestId"`
	}{Error: inner{fault, e.code, e.message}, RequestID: requestID}
}

func ec2Error(e wireError, requestID string) any {
	type inner struct {
		Code    string
		Message string
	}
	return struct {
		XMLName   xml.Name `xml:"Response"`
		Errors    []inner  `xml:"Errors>Error"`
		RequestID string
	}{Errors: []inner{{e.code, e.message}}, RequestID: requestID}
}
