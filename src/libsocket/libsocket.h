/*
 * libsocket: the preloaded library that sends a program's Internet sockets to io-pkt.
 *
 * Whoever includes this gets GNU's declarations without the fortified inline bodies, which would collide with the functions defined here.
 */
#ifndef LIBSOCKET_H
#define LIBSOCKET_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#undef _FORTIFY_SOURCE

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#define EXPORT __attribute__((visibility("default")))
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* Sets errno and gives -1, or gives 0 when there's no error: how an errno in hand becomes a system call's result. */
static inline int result_of(int error)
{
    if (error == 0)
        return 0;
    errno = error;
    return -1;
}

static inline size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

#endif
