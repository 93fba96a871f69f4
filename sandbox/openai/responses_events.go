package openai

import "time"

// event is one of a response's stream. Source: the streaming events of Azure OpenAI's v1 API.
type event interface{ top() *eventHead }

// eventHead is what all of them have.
type eventHead struct {
	Type           string `json:"type"`
	SequenceNumber int    `json:"sequence_number"`
	// at is how long after the response was made the event comes.
	at time.Duration
}

func head(kind string) eventHead { return eventHead{Type: kind} }

func (h *eventHead) top() *eventHead { return h }

// place is where in the output an event belongs.
type place struct {
	OutputIndex int    `json:"output_index"`
	ItemID      string `json:"item_id"`
}

type partPlace struct {
	place
	ContentIndex int `json:"content_index"`
}

type summaryPlace struct {
	place
	SummaryIndex int `json:"summary_index"`
}

// wholeEvent has the response, and itemEvent an item.
type (
	wholeEvent struct {
		eventHead
		Response *response `json:"response"`
	}
	itemEvent struct {
		eventHead
		OutputIndex int  `json:"output_index"`
		Item        item `json:"item"`
	}
)

// Events of a message's part.
type (
	partEvent struct {
		eventHead
		partPlace
		Part textPart `json:"part"`
	}
	textDeltaEvent struct {
		eventHead
		partPlace
		Delta    string          `json:"delta"`
		Logprobs []answerLogprob `json:"logprobs"`
	}
	textEvent struct {
		eventHead
		partPlace
		Text     string          `json:"text"`
		Logprobs []answerLogprob `json:"logprobs"`
	}
)

// Events of a call of a function.
type (
	argumentsDeltaEvent struct {
		eventHead
		place
		Delta string `json:"delta"`
	}
	argumentsEvent struct {
		eventHead
		place
		Name      string `json:"name"`
		Arguments string `json:"arguments"`
	}
)

// Events of a summary's part.
type (
	summaryPartEvent struct {
		eventHead
		summaryPlace
		Part summaryPart `json:"part"`
	}
	summaryDeltaEvent struct {
		eventHead
		summaryPlace
		Delta string `json:"delta"`
	}
	summaryTextEvent struct {
		eventHead
		summaryPlace
		Text string `json:"text"`
	}
)
