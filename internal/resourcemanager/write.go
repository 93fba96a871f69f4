package resourcemanager

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// pollEvery is how long to wait before an operation is asked again, where Resource
// Manager does not say it.
const pollEvery = time.Second

// Put writes a resource and waits until Resource Manager has made it. It answers the
// resource as it is then.
func (c *Client) Put(ctx context.Context, id, apiVersion string, body map[string]any) (map[string]any, error) {
	made, err := c.long(ctx, http.MethodPut, id, apiVersion, body)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", id, err)
	}
	return made, nil
}

// DeleteAndWait deletes a resource, whoever changed it last, and waits until it is gone.
// One that is not there is no error.
func (c *Client) DeleteAndWait(ctx context.Context, id, apiVersion string) error {
	if _, err := c.long(ctx, http.MethodDelete, id, apiVersion, nil); err != nil && !IsNotFound(err) {
		return fmt.Errorf("deleting %s: %w", id, err)
	}
	return nil
}

// long sends a request that may start an operation, and waits for its end as Azure's SDK
// does: by Azure-AsyncOperation, Location or provisioningState.
func (c *Client) long(ctx context.Context, method, id, apiVersion string, body map[string]any) (map[string]any, error) {
	request, err := runtime.NewRequest(ctx, method, c.endpoint+id+"?api-version="+url.QueryEscape(apiVersion))
	if err != nil {
		return nil, err
	}
	if method == http.MethodDelete {
		request.Raw().Header.Set("If-Match", "*") // API Management wants it
	} else if err := runtime.MarshalAsJSON(request, body); err != nil {
		return nil, err
	}
	started, err := c.pipeline.Do(request) //nolint:bodyclose // the poller, or the error made of it, reads and closes it
	if err != nil {
		return nil, err
	}
	if !runtime.HasStatusCode(started, http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent) {
		return nil, asRefusal(runtime.NewResponseError(started))
	}
	poller, err := runtime.NewPoller[map[string]any](started, c.pipeline, nil)
	if err != nil {
		return nil, err
	}
	done, err := poller.PollUntilDone(ctx, &runtime.PollUntilDoneOptions{Frequency: pollEvery})
	if err != nil {
		return nil, asRefusal(err)
	}
	return done, nil
}
