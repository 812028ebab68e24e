package acctest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// forward carries a request to upstream and reads its answer. Where the emulator does something else
// than AWS, the answer is AWS's.
func forward(r *http.Request, upstream, account string, body []byte) answer {
	if refusal := statementExists(r, upstream, account, body); refusal != nil {
		return *refusal
	}
	if quirk := clusterQuirk(r, upstream, account, body); quirk != nil {
		return *quirk
	}
	answered := pass(r, upstream, account, body)
	if refusal := notInProfile(answered, body); refusal != nil {
		return *refusal
	}
	return familyPage(r, answered, body)
}

// familyPage is a page of task definition families, of the size that the request asks for. The emulator sends all of them in
// one. The token of a page is the last family of the page before it.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html
func familyPage(r *http.Request, answered answer, body []byte) answer {
	var asked struct {
		MaxResults int    `json:"maxResults"`
		NextToken  string `json:"nextToken"`
	}
	var all struct {
		Families  []string `json:"families"`
		NextToken string   `json:"nextToken,omitempty"`
	}
	if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".ListTaskDefinitionFamilies") || answered.status != http.StatusOK ||
		json.Unmarshal(body, &asked) != nil || json.Unmarshal(answered.body, &all) != nil {
		return answered
	}
	slices.Sort(all.Families)
	all.Families = slices.DeleteFunc(all.Families, func(family string) bool { return family <= asked.NextToken })
	if asked.MaxResults > 0 && len(all.Families) > asked.MaxResults {
		all.Families = all.Families[:asked.MaxResults]
		all.NextToken = all.Families[asked.MaxResults-1]
	}
	page, err := json.Marshal(all)
	if err != nil {
		return answered
	}
	answered.body = page
	answered.header.Set("Content-Length", strconv.Itoa(len(page)))
	return answered
}

// notInProfile is IAM's refusal to take a role out of an instance profile that it is not in, at which
// the emulator fails; nil for any other answer.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html#API_RemoveRoleFromInstanceProfile_Errors
func notInProfile(answered answer, body []byte) *answer {
	if answered.status != http.StatusInternalServerError || !bytes.Contains(body, []byte("Action=RemoveRoleFromInstanceProfile&")) {
		return nil
	}
	refusal := Fault{Code: "NoSuchEntity", Message: "The role is not in the instance profile.", Status: http.StatusNotFound}.
		answer(Call{Service: "iam", protocol: protocolQuery})
	return &refusal
}

// statementExists is Lambda's refusal of a statement whose id the policy has, to an AddPermission;
// nil where it has none. The emulator would have the statement twice.
// https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html#API_AddPermission_Errors
func statementExists(r *http.Request, upstream, account string, body []byte) *answer {
	if r.Method != http.MethodPost || !strings.Contains(r.URL.Path, "/functions/") || !strings.HasSuffix(r.URL.Path, "/policy") {
		return nil
	}
	var added struct {
		StatementID string `json:"StatementId"`
	}
	if json.Unmarshal(body, &added) != nil || added.StatementID == "" {
		return nil
	}
	read := r.Clone(r.Context())
	read.Method = http.MethodGet
	var policy struct{ Policy string }
	var document struct{ Statement []struct{ Sid string } }
	have := pass(read, upstream, account, nil)
	if have.status != http.StatusOK || json.Unmarshal(have.body, &policy) != nil || json.Unmarshal([]byte(policy.Policy), &document) != nil {
		return nil
	}
	for _, s := range document.Statement {
		if s.Sid == added.StatementID {
			refusal := Fault{Code: "ResourceConflictException", Message: "The statement id (" + s.Sid + ") provided already exists.", Status: http.StatusConflict}.
				answer(Call{Service: "lambda", protocol: protocolJSON})
			return &refusal
		}
	}
	return nil
}
