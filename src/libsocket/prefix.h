/* Which stack a program wants: what SOCK in its environment says. */
#ifndef LIBSOCKET_PREFIX_H
#define LIBSOCKET_PREFIX_H

#include "libsocket.h"
#include "wire.h"

/* The prefix for a new socket: SOCK as it is now, so that a program may change it between sockets as on QNX; NULL: it has never been set. */
const char *prefix_now(void);

/* The prefix the program was started with; NULL: none. */
const char *prefix_at_start(void);

/* The interface that each new socket is to be bound to (SOCK_SO_BINDTODEVICE); NULL: any. */
const char *prefix_interface(void);

/* Whether the stack under the prefix has an entry for this family (BSD's number). */
bool prefix_has_family(const char *prefix, int family);

/* The path of a file of the stack: prefix and rest joined. Whether it fits. */
bool prefix_path(char *path, size_t size, const char *prefix, const char *rest);

#endif
