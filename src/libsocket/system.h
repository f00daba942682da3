/* System calls for the library's own purposes: no cancellation points, not seen by other preloaded libraries, retried when a signal interrupts them. */
#ifndef LIBSOCKET_SYSTEM_H
#define LIBSOCKET_SYSTEM_H

#include "libsocket.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static inline ssize_t system_sendmsg(int fd, const struct msghdr *message, int flags)
{
    ssize_t result;
    do
        result = syscall(SYS_sendmsg, fd, message, flags);
    while (result < 0 && errno == EINTR);
    return result;
}

static inline ssize_t system_recvmsg(int fd, struct msghdr *message, int flags)
{
    ssize_t result;
    do
        result = syscall(SYS_recvmsg, fd, message, flags);
    while (result < 0 && errno == EINTR);
    return result;
}

static inline void system_close(int fd)
{
    int saved = errno;
    syscall(SYS_close, fd);
    errno = saved;
}

/* What can be said of the descriptor at once: a set of poll(2)'s flags. */
static inline short system_poll_now(int fd, short events)
{
    struct pollfd entry = { .fd = fd, .events = events };
    struct timespec none = { 0 };
    int saved = errno;
    long result = syscall(SYS_ppoll, &entry, 1, &none, NULL, 0);
    errno = saved;
    return result > 0 ? entry.revents : 0;
}

/* A socket's inode. The kernel numbers sockets with an unsigned int, so that 32 bits are all of it; 0: not a socket. */
static inline uint32_t system_socket_inode(int fd)
{
    struct stat status;
    int saved = errno;
    int result = fstat(fd, &status);
    errno = saved;
    return result == 0 && S_ISSOCK(status.st_mode) ? (uint32_t)status.st_ino : 0;
}

#endif
