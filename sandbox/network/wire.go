package network

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// wire is one end of a connection within the process. It behaves as one over TCP does: bytes
// wait in a buffer up to a bound, each direction ends by itself, and what is broken off is an
// error at the other end. It needs no system calls, and holds no buffer while nothing waits.
type wire struct {
	in, out       *lane
	local, remote net.Addr

	mu     sync.Mutex
	abrupt bool
}

// newWire is a connection: what one end writes, the other one reads.
func newWire(caller, listener net.Addr) (near, far *wire) {
	there, back := newLane(), newLane()
	return &wire{in: back, out: there, local: caller, remote: listener}, &wire{in: there, out: back, local: listener, remote: caller}
}

// Read implements net.Conn.
func (w *wire) Read(p []byte) (int, error) {
	n, err := w.in.read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // the lane's own
		err = w.failed("read", err)
	}
	return n, err
}

// Write implements net.Conn.
func (w *wire) Write(p []byte) (int, error) {
	n, err := w.out.write(p)
	if err != nil {
		err = w.failed("write", err)
	}
	return n, err
}

func (w *wire) failed(operation string, err error) error {
	return &net.OpError{Op: operation, Net: "tcp", Source: w.local, Addr: w.remote, Err: err}
}

// Close implements net.Conn.
func (w *wire) Close() error {
	w.mu.Lock()
	abrupt := w.abrupt
	w.mu.Unlock()
	w.in.leave(abrupt)
	w.out.end(abrupt)
	return nil
}

// CloseWrite tells the other end that no more comes.
func (w *wire) CloseWrite() error {
	w.out.end(false)
	return nil
}

// SetLinger makes Close break the connection off if it is 0, as that of net.TCPConn does.
func (w *wire) SetLinger(seconds int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.abrupt = seconds == 0
	return nil
}

// LocalAddr implements net.Conn.
func (w *wire) LocalAddr() net.Addr { return w.local }

// RemoteAddr implements net.Conn.
func (w *wire) RemoteAddr() net.Addr { return w.remote }

// SetDeadline implements net.Conn.
func (w *wire) SetDeadline(at time.Time) error {
	w.in.readers.set(w.in, at)
	w.out.writers.set(w.out, at)
	return nil
}

// SetReadDeadline implements net.Conn.
func (w *wire) SetReadDeadline(at time.Time) error {
	w.in.readers.set(w.in, at)
	return nil
}

// SetWriteDeadline implements net.Conn.
func (w *wire) SetWriteDeadline(at time.Time) error {
	w.out.writers.set(w.out, at)
	return nil
}

// quiet reports whether the connection is whole, and nothing waits to be read.
func (w *wire) quiet() bool {
	w.in.mu.Lock()
	defer w.in.mu.Unlock()
	return !w.in.ended && !w.in.left && !w.in.broken && len(w.in.waiting) == 0
}

const (
	// laneRoom is how many bytes may wait to be read.
	laneRoom = 64 << 10
	// laneBuffer is the size of the buffers that lanes share.
	laneBuffer = 4 << 10
)

// laneBuffers are those that no lane has in use.
var laneBuffers = sync.Pool{New: func() any {
	buffer := make([]byte, 0, laneBuffer)
	return &buffer
}}

// lane is one direction of a connection.
type lane struct {
	mu      sync.Mutex
	changed sync.Cond
	// waiting is the part of buffer that is not read yet; buffer is nil while there is none.
	buffer  *[]byte
	waiting []byte
	// ended says that the writer is done, left that the reader is, and broken that nothing
	// more gets through.
	ended, left, broken bool
	readers, writers    patience
}

func newLane() *lane {
	l := &lane{}
	l.changed.L = &l.mu
	return l
}

func (l *lane) read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		switch {
		case l.left:
			return 0, net.ErrClosed
		case l.readers.over():
			return 0, os.ErrDeadlineExceeded
		case l.broken:
			return 0, os.NewSyscallError("read", syscall.ECONNRESET)
		case len(l.waiting) > 0:
			n := copy(p, l.waiting)
			if l.waiting = l.waiting[n:]; len(l.waiting) == 0 {
				l.release()
			}
			l.changed.Broadcast()
			return n, nil
		case l.ended:
			return 0, io.EOF
		case len(p) == 0:
			return 0, nil
		}
		l.changed.Wait()
	}
}

func (l *lane) write(p []byte) (written int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		switch {
		case l.ended:
			return written, net.ErrClosed
		case l.writers.over():
			return written, os.ErrDeadlineExceeded
		case l.broken:
			return written, os.NewSyscallError("write", syscall.ECONNRESET)
		case l.left:
			return written, os.NewSyscallError("write", syscall.EPIPE)
		case len(p) == 0:
			return written, nil
		}
		if n := min(len(p), laneRoom-len(l.waiting)); n > 0 {
			l.add(p[:n])
			p, written = p[n:], written+n
			l.changed.Broadcast()
			continue
		}
		l.changed.Wait()
	}
}

// add puts bytes behind those that wait.
func (l *lane) add(p []byte) {
	if l.buffer == nil {
		l.buffer = laneBuffers.Get().(*[]byte)
		l.waiting = (*l.buffer)[:0]
	}
	if len(l.waiting)+len(p) > cap(l.waiting) && len(l.waiting)+len(p) <= cap(*l.buffer) {
		l.waiting = (*l.buffer)[:copy((*l.buffer)[:cap(*l.buffer)], l.waiting)]
	}
	l.waiting = append(l.waiting, p...)
}

// release gives the buffer back.
func (l *lane) release() {
	if l.buffer != nil {
		laneBuffers.Put(l.buffer)
	}
	l.buffer, l.waiting = nil, nil
}

// leave ends reading.
func (l *lane) leave(abrupt bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left, l.broken = true, l.broken || abrupt
	l.release()
	l.readers.stop()
	l.changed.Broadcast()
}

// end ends writing.
func (l *lane) end(abrupt bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended, l.broken = true, l.broken || abrupt
	if abrupt {
		l.release()
	}
	l.writers.stop()
	l.changed.Broadcast()
}

// patience is until when readers or writers of a lane wait. Its timer is left alone when the
// time moves on or away, as it does with every request: it looks when it fires.
type patience struct {
	until, fires time.Time
	timer        *time.Timer
}

// over reports whether the time has passed. The lane's lock is held, as it is in stop.
func (p *patience) over() bool { return !p.until.IsZero() && !time.Now().Before(p.until) }

func (p *patience) stop() {
	if p.timer != nil {
		p.timer.Stop()
	}
}

func (p *patience) set(of *lane, until time.Time) {
	of.mu.Lock()
	defer of.mu.Unlock()
	p.until = until
	if until.IsZero() {
		return
	}
	left := time.Until(until)
	switch {
	case left <= 0:
		of.changed.Broadcast()
	case p.timer == nil:
		p.fires = until
		p.timer = time.AfterFunc(left, func() { p.fire(of) })
	case p.fires.IsZero() || until.Before(p.fires):
		p.fires = until
		p.timer.Reset(left)
	}
}

// fire wakes who waited long enough, or waits for the rest.
func (p *patience) fire(of *lane) {
	of.mu.Lock()
	defer of.mu.Unlock()
	p.fires = time.Time{}
	if left := time.Until(p.until); !p.until.IsZero() && left > 0 {
		p.fires = p.until
		p.timer.Reset(left)
	}
	of.changed.Broadcast()
}
