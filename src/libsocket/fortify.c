/* What programs built with -D_FORTIFY_SOURCE call instead, and the C library's other names of these functions. */
#include "libsocket.h"
#include <unistd.h>

extern void __chk_fail(void) __attribute__((noreturn));

static inline void check(size_t length, size_t room)
{
    if (UNLIKELY(length > room))
        __chk_fail();
}

EXPORT ssize_t __read_chk(int fd, void *buffer, size_t length, size_t room);
EXPORT ssize_t __recv_chk(int fd, void *buffer, size_t length, size_t room, int flags);
EXPORT ssize_t __recvfrom_chk(int fd, void *restrict buffer, size_t length, size_t room, int flags, __SOCKADDR_ARG address, socklen_t *restrict address_length);
EXPORT ssize_t __read(int fd, void *buffer, size_t length);
EXPORT ssize_t __write(int fd, const void *buffer, size_t length);
EXPORT ssize_t __send(int fd, const void *buffer, size_t length, int flags);
EXPORT int __connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t length);

ssize_t __read_chk(int fd, void *buffer, size_t length, size_t room)
{
    check(length, room);
    return read(fd, buffer, length);
}

ssize_t __recv_chk(int fd, void *buffer, size_t length, size_t room, int flags)
{
    check(length, room);
    return recv(fd, buffer, length, flags);
}

ssize_t __recvfrom_chk(int fd, void *restrict buffer, size_t length, size_t room, int flags, __SOCKADDR_ARG address, socklen_t *restrict address_length)
{
    check(length, room);
    return recvfrom(fd, buffer, length, flags, address, address_length);
}

ssize_t __read(int fd, void *buffer, size_t length)
{
    return read(fd, buffer, length);
}

ssize_t __write(int fd, const void *buffer, size_t length)
{
    return write(fd, buffer, length);
}

ssize_t __send(int fd, const void *buffer, size_t length, int flags)
{
    return send(fd, buffer, length, flags);
}

int __connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t length)
{
    return connect(fd, address, length);
}
