/*
 * The functions that this library stands in front of: the next definition of each in the symbol search order, which is the C library's or another preloaded
 * library's.
 *
 * What a program asked for goes through here when it is the kernel's business, so that cancellation points stay cancellation points and other preloaded
 * libraries see it. The library's own traffic with the daemon uses syscall(2) instead (system.h): bind() and getsockname() are no cancellation points, and
 * nobody else has any business with it.
 */
#ifndef LIBSOCKET_REAL_H
#define LIBSOCKET_REAL_H

#include "libsocket.h"
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <stdatomic.h>
#include <time.h>

#define REAL_FUNCTIONS(X) \
    X(int, socket, (int, int, int)) \
    X(int, bind, (int, const struct sockaddr *, socklen_t)) \
    X(int, listen, (int, int)) \
    X(int, accept, (int, struct sockaddr *, socklen_t *)) \
    X(int, accept4, (int, struct sockaddr *, socklen_t *, int)) \
    X(int, connect, (int, const struct sockaddr *, socklen_t)) \
    X(int, getsockname, (int, struct sockaddr *, socklen_t *)) \
    X(int, getpeername, (int, struct sockaddr *, socklen_t *)) \
    X(int, setsockopt, (int, int, int, const void *, socklen_t)) \
    X(int, getsockopt, (int, int, int, void *, socklen_t *)) \
    X(int, shutdown, (int, int)) \
    X(int, ioctl, (int, unsigned long, ...)) \
    X(ssize_t, read, (int, void *, size_t)) \
    X(ssize_t, readv, (int, const struct iovec *, int)) \
    X(ssize_t, recv, (int, void *, size_t, int)) \
    X(ssize_t, recvfrom, (int, void *, size_t, int, struct sockaddr *, socklen_t *)) \
    X(ssize_t, recvmsg, (int, struct msghdr *, int)) \
    X(int, recvmmsg, (int, struct mmsghdr *, unsigned int, int, struct timespec *)) \
    X(ssize_t, write, (int, const void *, size_t)) \
    X(ssize_t, writev, (int, const struct iovec *, int)) \
    X(ssize_t, send, (int, const void *, size_t, int)) \
    X(ssize_t, sendto, (int, const void *, size_t, int, const struct sockaddr *, socklen_t)) \
    X(ssize_t, sendmsg, (int, const struct msghdr *, int)) \
    X(int, sendmmsg, (int, struct mmsghdr *, unsigned int, int)) \
    X(ssize_t, sendfile, (int, int, off_t *, size_t)) \
    X(ssize_t, splice, (int, off64_t *, int, off64_t *, size_t, unsigned int)) \
    X(int, close, (int)) \
    X(int, close_range, (unsigned int, unsigned int, int)) \
    X(void, closefrom, (int)) \
    X(int, dup, (int)) \
    X(int, dup2, (int, int)) \
    X(int, dup3, (int, int, int)) \
    X(int, fcntl, (int, int, ...)) \
    X(int, prctl, (int, ...)) \
    X(int, getaddrinfo, (const char *, const char *, const struct addrinfo *, struct addrinfo **)) \
    X(int, getnameinfo, (const struct sockaddr *, socklen_t, char *, socklen_t, char *, socklen_t, int)) \
    X(struct hostent *, gethostbyname, (const char *)) \
    X(struct hostent *, gethostbyname2, (const char *, int)) \
    X(int, gethostbyname_r, (const char *, struct hostent *, char *, size_t, struct hostent **, int *)) \
    X(int, gethostbyname2_r, (const char *, int, struct hostent *, char *, size_t, struct hostent **, int *)) \
    X(struct hostent *, gethostbyaddr, (const void *, socklen_t, int)) \
    X(int, gethostbyaddr_r, (const void *, socklen_t, int, struct hostent *, char *, size_t, struct hostent **, int *)) \
    X(int, getifaddrs, (struct ifaddrs **)) \
    X(unsigned int, if_nametoindex, (const char *)) \
    X(char *, if_indextoname, (unsigned int, char *)) \
    X(struct if_nameindex *, if_nameindex, (void))

#define REAL_MEMBER(type, name, arguments) type(*name) arguments;
struct real_functions {
    REAL_FUNCTIONS(REAL_MEMBER)
};
#undef REAL_MEMBER

extern struct real_functions real_functions;
extern atomic_bool real_functions_found;

/* Looks them all up. Harmless when several threads do it at once: each writes the same addresses. */
void real_functions_find(void);

/* A constructor of another library may call socket() before ours has run. */
static inline const struct real_functions *real(void)
{
    if (UNLIKELY(!atomic_load_explicit(&real_functions_found, memory_order_acquire)))
        real_functions_find();
    return &real_functions;
}

#define REAL(name) (real()->name)

#endif
