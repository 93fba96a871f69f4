package openai

import "encoding/json"

// batchRequest asks for a batch. Source of all shapes here:
// https://learn.microsoft.com/azure/foundry/openai/how-to/batch
type batchRequest struct {
	InputFileID      string          `json:"input_file_id"`
	Endpoint         string          `json:"endpoint"`
	CompletionWindow string          `json:"completion_window"`
	Metadata         json.RawMessage `json:"metadata"`
}

// batchBody is a batch as the API shows it.
type batchBody struct {
	ID               string                  `json:"id"`
	Object           string                  `json:"object"`
	Endpoint         string                  `json:"endpoint"`
	InputFileID      string                  `json:"input_file_id"`
	CompletionWindow string                  `json:"completion_window"`
	Status           string                  `json:"status"`
	Errors           *listBody[batchProblem] `json:"errors"`
	OutputFileID     *string                 `json:"output_file_id"`
	ErrorFileID      *string                 `json:"error_file_id"`
	CreatedAt        int64                   `json:"created_at"`
	ExpiresAt        int64                   `json:"expires_at"`
	Metadata         json.RawMessage         `json:"metadata"`
	RequestCounts    batchCounts             `json:"request_counts"`
	batchTimes
}

func (b batchBody) id() string { return b.ID }

// batchTimes are when each state began; null for those that the batch has not been in.
type batchTimes struct {
	InProgressAt *int64 `json:"in_progress_at"`
	FinalizingAt *int64 `json:"finalizing_at"`
	CompletedAt  *int64 `json:"completed_at"`
	FailedAt     *int64 `json:"failed_at"`
	CancellingAt *int64 `json:"cancelling_at"`
	CancelledAt  *int64 `json:"cancelled_at"`
	ExpiredAt    *int64 `json:"expired_at"`
}

type batchCounts struct {
	Total     int `json:"total"`
	Completed int `json:"completed"`
	Failed    int `json:"failed"`
}

// batchProblem is a mistake in a batch's file.
type batchProblem struct {
	Code    string  `json:"code"`
	Message string  `json:"message"`
	Param   *string `json:"param"`
	Line    int     `json:"line"`
}

// batchLine is a request of a batch's file.
type batchLine struct {
	CustomID string          `json:"custom_id"`
	Method   string          `json:"method"`
	URL      string          `json:"url"`
	Body     json.RawMessage `json:"body"`
}

// batchAnswer is a line of the files that a batch leaves.
type batchAnswer struct {
	ID       string        `json:"id"`
	CustomID string        `json:"custom_id"`
	Error    *struct{}     `json:"error"`
	Response batchResponse `json:"response"`
}

type batchResponse struct {
	StatusCode int             `json:"status_code"`
	RequestID  string          `json:"request_id"`
	Body       json.RawMessage `json:"body"`
}
