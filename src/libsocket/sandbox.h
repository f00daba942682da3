/* Programs that have given up system calls: seccomp(2). */
#ifndef LIBSOCKET_SANDBOX_H
#define LIBSOCKET_SANDBOX_H

#include "libsocket.h"
#include <stdatomic.h>

/* Whether this process has installed a filter of system calls, by prctl(2). */
extern atomic_bool sandbox_entered;

#endif
