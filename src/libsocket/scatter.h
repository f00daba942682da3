/* A run of bytes that lies scattered over several buffers, addressed as if it lay in one. */
#ifndef LIBSOCKET_SCATTER_H
#define LIBSOCKET_SCATTER_H

#include "libsocket.h"

/* Bytes of all the buffers; SIZE_MAX when the sum doesn't fit. */
size_t scatter_length(const struct iovec *buffers, size_t count);

/* Copies bytes out. */
void scatter_read(const struct iovec *buffers, size_t count, size_t offset, void *to, size_t length);

/* Moves bytes from one offset to another; both ranges are within the buffers, and may overlap. */
void scatter_move(const struct iovec *buffers, size_t count, size_t to, size_t from, size_t length);

#endif
