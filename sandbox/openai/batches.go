package openai

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// How long a batch is validated, and how long it runs. Azure names no times but 24 hours; these
// are the sandbox's.
const (
	validatesFor = time.Second
	batchRunsFor = 3 * time.Second
)

// maxBatches bounds how many batches an account of the sandbox remembers, and maxLines how many
// requests a batch has.
const (
	maxBatches = 1000
	maxLines   = 10_000
)

// batchEndpoints are the calls that batches make. Source:
// https://learn.microsoft.com/azure/foundry/openai/how-to/batch
var batchEndpoints = []string{"/chat/completions", "/embeddings", "/responses"}

// batch is a job. What it answers stands from the beginning; its state follows from the time.
type batch struct {
	id, input, endpoint, window string
	// metadata is what the caller says of it, whatever that is.
	metadata json.RawMessage
	created  time.Time
	problems []batchProblem
	// output and failed are the ids of the files with answers and with errors; "" for none.
	output, failed          string
	total, completed, wrong int

	mu        sync.Mutex
	cancelled time.Time
}

// status is the batch's state, and when each state that it has been in began.
func (b *batch) status(now time.Time) (status string, since batchTimes) {
	b.mu.Lock()
	defer b.mu.Unlock()
	passed := now.Sub(b.created)
	validated, ran := b.created.Add(validatesFor).Unix(), b.created.Add(validatesFor+batchRunsFor).Unix()
	switch {
	case !b.cancelled.IsZero():
		cancelled := b.cancelled.Unix()
		return statusCancelled, batchTimes{CancellingAt: &cancelled, CancelledAt: &cancelled}
	case passed < validatesFor:
		return "validating", batchTimes{}
	case len(b.problems) > 0:
		return "failed", batchTimes{FailedAt: &validated}
	case passed < validatesFor+batchRunsFor:
		return statusInProgress, batchTimes{InProgressAt: &validated}
	}
	return statusCompleted, batchTimes{InProgressAt: &validated, FinalizingAt: &ran, CompletedAt: &ran}
}

// cancel stops a batch that has not ended.
func (b *batch) cancel(now time.Time) bool {
	if status, _ := b.status(now); status != "validating" && status != statusInProgress {
		return status == statusCancelled
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cancelled = now
	return true
}

// describe is the batch as the API shows it.
func (b *batch) describe(now time.Time) batchBody {
	status, since := b.status(now)
	body := batchBody{
		ID: b.id, Object: "batch", Endpoint: b.endpoint, InputFileID: b.input, CompletionWindow: b.window, Status: status, batchTimes: since,
		CreatedAt: b.created.Unix(), ExpiresAt: b.created.Add(24 * time.Hour).Unix(), Metadata: b.metadata,
	}
	switch status {
	case "failed":
		problems := listOf(b.problems)
		body.Errors = &problems
	case statusInProgress:
		body.RequestCounts.Total = b.total
	case statusCompleted:
		body.RequestCounts = batchCounts{Total: b.total, Completed: b.completed, Failed: b.wrong}
		body.OutputFileID, body.ErrorFileID = orNull(b.output), orNull(b.failed)
	}
	return body
}

// batches answers calls of batches: path is "", an id, or an id with /cancel after it.
func (c *call) batches(path string) *refusal {
	id, action, _ := strings.Cut(path, "/")
	a := c.account
	switch {
	case id == "" && c.r.Method == http.MethodPost:
		return c.makeBatch()
	case id == "" && c.r.Method == http.MethodGet:
		a.mu.Lock()
		held := slices.Clone(a.jobs)
		a.mu.Unlock()
		list := make([]batchBody, len(held))
		for i, each := range held {
			list[i] = each.describe(time.Now())
		}
		return page(c, list, descending)
	}
	a.mu.Lock()
	at := slices.IndexFunc(a.jobs, func(b *batch) bool { return b.id == id })
	var found *batch
	if at >= 0 {
		found = a.jobs[at]
	}
	a.mu.Unlock()
	switch {
	case id == "" || (action != "" && action != "cancel"):
		return notFound()
	case found == nil:
		return missing("No batch found with id '%s'.", id)
	case action == "cancel" && c.r.Method == http.MethodPost:
		if !found.cancel(time.Now()) {
			status, _ := found.status(time.Now())
			return invalid("", "", "Cannot cancel a batch with status '%s'.", status)
		}
	case action != "" || c.r.Method != http.MethodGet:
		return failf(http.StatusMethodNotAllowed, "405", "%s is not allowed here.", c.r.Method)
	}
	return c.answer(found.describe(time.Now()))
}

// makeBatch starts a job.
func (c *call) makeBatch() *refusal {
	var request batchRequest
	if refused := c.read(&request); refused != nil {
		return refused
	}
	for _, each := range []struct{ name, value string }{{"input_file_id", request.InputFileID}, {"endpoint", request.Endpoint}, {"completion_window", request.CompletionWindow}} {
		if each.value == "" {
			return invalid(each.name, "missing_required_parameter", "Missing required parameter: '%s'.", each.name)
		}
	}
	b := &batch{
		id: "batch_" + uuid.NewString(), created: time.Now(), metadata: request.Metadata, input: request.InputFileID, endpoint: request.Endpoint,
		window: request.CompletionWindow,
	}
	file := c.account.files.find(b.input)
	switch {
	case b.window != "24h":
		return invalid("completion_window", "invalid_value", "Invalid value: '%s'. Supported values are: '24h'.", b.window)
	case !slices.Contains(batchEndpoints, strings.TrimPrefix(b.endpoint, "/v1")):
		return notModelled("batches of '%s'; it knows %s", b.endpoint, strings.Join(batchEndpoints, ", "))
	case file == nil:
		return missing("No such File object: %s", b.input)
	case file.purpose != "batch":
		return invalid("input_file_id", "", "The file '%s' has the purpose '%s'; a batch needs one of the purpose 'batch'.", file.id, file.purpose)
	case time.Now().Before(file.ready):
		return invalid("input_file_id", "", "The input file '%s' is in 'pending' state. Only files with status 'Processed' are accepted for batch inferencing. Please check the file status and try again", file.id)
	}
	if refused := c.runBatch(b, file.content); refused != nil {
		return refused
	}
	c.account.mu.Lock()
	c.account.jobs = append(c.account.jobs, b)
	c.account.jobs = c.account.jobs[max(0, len(c.account.jobs)-maxBatches):]
	c.account.mu.Unlock()
	return c.answer(b.describe(time.Now()))
}

// runBatch reads and answers the requests of a batch. Codes of mistakes are those of the page on
// batches.
func (c *call) runBatch(b *batch, content []byte) *refusal {
	lines := bytes.Split(bytes.TrimSpace(content), []byte("\n"))
	if len(lines) > maxLines {
		return notModelled("more than %d requests in a batch", maxLines)
	}
	var requests []batchLine
	seen := map[string]bool{}
	problem := func(line int, code, message string) {
		b.problems = append(b.problems, batchProblem{Code: code, Message: message, Line: line})
	}
	for i, text := range lines {
		var line batchLine
		switch err := json.Unmarshal(text, &line); {
		case len(bytes.TrimSpace(content)) == 0:
			problem(1, "empty_file", "The input file is empty.")
		case err != nil || len(line.Body) == 0:
			problem(i+1, "invalid_json_line", "The line is no request in JSON.")
		case line.CustomID == "" || seen[line.CustomID]:
			problem(i+1, "duplicate_custom_id", "Each request needs a custom_id of its own.")
		case strings.TrimPrefix(line.URL, "/v1") != strings.TrimPrefix(b.endpoint, "/v1"):
			problem(i+1, "url_mismatch", "The request's url is not the endpoint of the batch.")
		}
		seen[line.CustomID] = true
		requests = append(requests, line)
	}
	if len(b.problems) > 0 {
		return nil
	}
	b.total = len(requests)
	var output, failed bytes.Buffer
	for _, line := range requests {
		status, body := c.answerLine(line)
		answer := batchAnswer{ID: uuid.NewString(), CustomID: line.CustomID, Response: batchResponse{StatusCode: status, RequestID: uuid.NewString(), Body: body}}
		to := &output
		if b.completed++; status != http.StatusOK {
			to = &failed
			b.completed--
			b.wrong++
		}
		encoded, err := json.Marshal(answer)
		if err != nil {
			return failf(http.StatusInternalServerError, "InternalServerError", "%v", err)
		}
		to.Write(append(encoded, '\n'))
	}
	return c.keepOutputs(b, output.Bytes(), failed.Bytes())
}

func (c *call) keepOutputs(b *batch, output, failed []byte) (refused *refusal) {
	if b.output, refused = c.keepLines("results.jsonl", output); refused != nil {
		return refused
	}
	b.failed, refused = c.keepLines("errors.jsonl", failed)
	return refused
}

// keepLines is the id of a file with some lines, "" where there are none.
func (c *call) keepLines(name string, lines []byte) (id string, refused *refusal) {
	if len(lines) == 0 {
		return "", nil
	}
	file, refused := c.account.files.add(name, "batch_output", lines, time.Now())
	if refused != nil {
		return "", refused
	}
	return file.id, nil
}

// answerLine is the answer to one request of a batch.
func (c *call) answerLine(line batchLine) (status int, body json.RawMessage) {
	request, err := http.NewRequestWithContext(c.r.Context(), http.MethodPost, "/openai/v1"+strings.TrimPrefix(line.URL, "/v1"), bytes.NewReader(line.Body))
	if err != nil {
		return http.StatusBadRequest, nil
	}
	answer := &answerInMemory{header: http.Header{}, status: http.StatusOK}
	inner := &call{account: c.account, deployed: c.deployed, w: answer, r: request, api: "v1", inBatch: true}
	if refused := inner.infer(operations[strings.TrimPrefix(strings.TrimPrefix(line.URL, "/v1"), "/")]); refused != nil {
		refused.write(answer)
	}
	return answer.status, bytes.TrimSpace(answer.content.Bytes())
}

// answerInMemory keeps what is answered.
type answerInMemory struct {
	header  http.Header
	status  int
	content bytes.Buffer
}

// Header implements http.ResponseWriter.
func (a *answerInMemory) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answerInMemory) WriteHeader(status int) { a.status = status }

// Write implements http.ResponseWriter.
func (a *answerInMemory) Write(p []byte) (int, error) { return a.content.Write(p) }
