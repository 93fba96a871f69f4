package openai

import (
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// How much of files an account of the sandbox keeps, and how long a new file is pending: Azure
// names no time.
const (
	maxFilesBytes = 64 << 20
	pendingFor    = time.Second
)

// filePurposes are those that the sandbox has a use for. Azure's are these, and those of
// fine-tuning, assistants and evaluations.
var filePurposes = []string{"batch", "batch_output", "user_data"}

// storedFile is a file of an account.
type storedFile struct {
	id, name, purpose string
	created           time.Time
	content           []byte
	// ready is when it is processed.
	ready time.Time
}

// fileBody is the file as the API shows it. Source: the file object of Azure OpenAI's v1 API, and
// the status, which Azure still has.
type fileBody struct {
	ID        string `json:"id"`
	Object    string `json:"object"`
	Bytes     int    `json:"bytes"`
	CreatedAt int64  `json:"created_at"`
	Filename  string `json:"filename"`
	Purpose   string `json:"purpose"`
	Status    string `json:"status"`
}

func (f fileBody) id() string { return f.ID }

func (f *storedFile) describe() fileBody {
	status := "processed"
	if time.Now().Before(f.ready) {
		status = "pending"
	}
	return fileBody{ID: f.id, Object: "file", Bytes: len(f.content), CreatedAt: f.created.Unix(), Filename: f.name, Purpose: f.purpose, Status: status}
}

// fileStore keeps files in the order in which they came.
type fileStore struct {
	mu    sync.Mutex
	files []*storedFile
	bytes int
}

// add keeps a file, unless there is too much.
func (s *fileStore) add(name, purpose string, content []byte, ready time.Time) (*storedFile, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bytes+len(content) > maxFilesBytes {
		return nil, notModelled("more than %d MB of files in an account; delete some", maxFilesBytes>>20)
	}
	file := &storedFile{id: "file-" + strings.ReplaceAll(uuid.NewString(), "-", ""), name: name, purpose: purpose, created: time.Now(), content: content, ready: ready}
	s.files, s.bytes = append(s.files, file), s.bytes+len(content)
	return file, nil
}

// find is the file of an id, nil for none.
func (s *fileStore) find(id string) *storedFile {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.at(id); at >= 0 {
		return s.files[at]
	}
	return nil
}

// at needs the lock.
func (s *fileStore) at(id string) int {
	return slices.IndexFunc(s.files, func(f *storedFile) bool { return f.id == id })
}

func (s *fileStore) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.at(id); at >= 0 {
		s.bytes -= len(s.files[at].content)
		s.files = slices.Delete(s.files, at, at+1)
	}
}

// all are the files of a purpose, or all for "".
func (s *fileStore) all(purpose string) []fileBody {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []fileBody
	for _, each := range s.files {
		if purpose == "" || each.purpose == purpose {
			list = append(list, each.describe())
		}
	}
	return list
}

// file answers calls of files: path is "", an id, or an id with /content after it.
func (c *call) file(path string) *refusal {
	id, action, _ := strings.Cut(path, "/")
	switch {
	case id == "" && c.r.Method == http.MethodPost:
		return c.upload()
	case id == "" && c.r.Method == http.MethodGet:
		return page(c, c.account.files.all(c.r.URL.Query().Get("purpose")), descending)
	case id == "" || (action != "" && action != "content"):
		return notFound()
	}
	file := c.account.files.find(id)
	if file == nil {
		return missing("No such File object: %s", id)
	}
	switch {
	case action == "content" && c.r.Method == http.MethodGet:
		c.w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = c.w.Write(file.content)
		return nil
	case action == "" && c.r.Method == http.MethodGet:
		return c.answer(file.describe())
	case action == "" && c.r.Method == http.MethodDelete:
		c.account.files.remove(id)
		return c.answer(deleted{ID: id, Object: "file", Deleted: true})
	}
	return failf(http.StatusMethodNotAllowed, "405", "%s is not allowed here.", c.r.Method)
}

// upload keeps a file of a form.
func (c *call) upload() *refusal {
	var form struct {
		Purpose string `json:"purpose"`
	}
	if refused := c.read(&form); refused != nil {
		return refused
	}
	if c.r.MultipartForm == nil {
		return invalid("", "", "A file is sent as multipart/form-data.")
	}
	defer func() { _ = c.r.MultipartForm.RemoveAll() }()
	files := c.files("file")
	purpose := form.Purpose
	switch {
	case len(files) == 0:
		return invalid("file", "missing_required_parameter", "Missing required parameter: 'file'.")
	case purpose == "":
		return invalid("purpose", "missing_required_parameter", "Missing required parameter: 'purpose'.")
	case !slices.Contains(filePurposes, purpose) || purpose == "batch_output":
		return notModelled("files of the purpose '%s'; it knows batch and user_data", purpose)
	}
	content, refused := contentOfFile(files[0])
	if refused != nil {
		return refused
	}
	file, refused := c.account.files.add(files[0].Filename, purpose, content, time.Now().Add(pendingFor))
	if refused != nil {
		return refused
	}
	return c.answer(file.describe())
}

func contentOfFile(header *multipart.FileHeader) ([]byte, *refusal) {
	file, err := header.Open()
	if err != nil {
		return nil, invalid("file", "", "The file cannot be read: %v", err)
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(file)
	if err != nil {
		return nil, invalid("file", "", "The file cannot be read: %v", err)
	}
	return content, nil
}
