/* What a stream needs beyond the kernel's read and write. */
#ifndef LIBSOCKET_STREAM_H
#define LIBSOCKET_STREAM_H

#include "descriptors.h"

/*
 * To be asked before bytes are read or written, unless the stream's state is open or established: a listening descriptor's records aren't the program's,
 * and an unconnected pair would swallow or wait for bytes. 0: go on; otherwise an errno.
 */
int stream_before_read(int fd, descriptor_t stream);
int stream_before_write(int fd, descriptor_t stream, int flags);

/* The result of a read that gave 0 bytes or failed: an end of file, or the error that the connection ended with. errno is that of the failure. */
ssize_t stream_read_ended(int fd, descriptor_t stream, ssize_t result);

/* The result of a write that failed, with the signal that goes with it. errno is that of the failure. */
ssize_t stream_write_failed(int fd, bool no_signal);

/* Waits until a connect record has been consumed. 0, EAGAIN (SO_SNDTIMEO passed) or EINTR. */
int stream_wait_writable(int fd);

bool stream_is_nonblocking(int fd);

static inline bool stream_is_open(descriptor_t stream)
{
    return stream.state <= STREAM_ESTABLISHED;
}

#endif
