/* socket(), bind(), listen() and shutdown(). */
#include "descriptors.h"
#include "prefix.h"
#include "real.h"
#include "requests.h"
#include "system.h"
#include <sys/ioctl.h>

enum { TYPE_FLAGS = SOCK_NONBLOCK | SOCK_CLOEXEC };

/* SOCK_SO_BINDTODEVICE. A program that was told to use one interface must not use another: if it can't be bound, there's no socket. */
static int bind_to_interface(const char *prefix, int family, int fd)
{
    const char *interface = prefix_interface();
    if (interface == NULL)
        return 0;
    int32_t which[] = { SOL_SOCKET, SO_BINDTODEVICE };
    struct request about = {
        .operation = WIRE_SETSOCKOPT,
        .descriptor = fd,
        .payload = { { which, sizeof which }, { (void *)(uintptr_t)interface, strlen(interface) + 1 } },
        .payload_count = 2,
    };
    return request(prefix, family, &about);
}

EXPORT int socket(int domain, int type, int protocol)
{
    const char *prefix = domain == AF_INET || domain == AF_INET6 ? prefix_now() : NULL;
    if (prefix == NULL) {
        int fd = REAL(socket)(domain, type, protocol);
        if (fd >= 0)
            descriptor_changed(fd);
        return fd;
    }

    int family = wire_family_of(domain);
    int fd = -1;
    int32_t what[] = { type & ~TYPE_FLAGS, protocol };
    struct request asked = {
        .operation = WIRE_SOCKET,
        .descriptor = -1,
        .payload = { { what, sizeof what } },
        .payload_count = 1,
        .received = &fd,
        .close_on_exec = (type & SOCK_CLOEXEC) != 0,
    };
    int error = request(prefix, family, &asked);
    if (error == ENETDOWN || error == ENAMETOOLONG)
        error = EAFNOSUPPORT;
    if (error == 0 && fd < 0)
        error = EPROTO;
    if (error == 0)
        error = bind_to_interface(prefix, family, fd);
    if (error != 0) {
        if (fd >= 0)
            system_close(fd);
        return result_of(error);
    }
    if ((type & SOCK_NONBLOCK) != 0) {
        int on = 1;
        syscall(SYS_ioctl, fd, FIONBIO, &on);
    }
    descriptor_add(fd, family, what[0], STREAM_FRESH);
    return fd;
}

EXPORT int bind(int fd, __CONST_SOCKADDR_ARG address, socklen_t length)
{
    if (descriptor_get(fd).kind != DESCRIPTOR_FOREIGN) {
        if ((int)length < 0 || length > sizeof(struct sockaddr_storage))
            return result_of(EINVAL);
        struct request about = {
            .operation = WIRE_BIND,
            .payload = { { (void *)(uintptr_t)address.__sockaddr__, length } },
            .payload_count = 1,
        };
        int error = request_about(fd, &about);
        if (error != ENOTSOCK)
            return result_of(error);
    }
    return REAL(bind)(fd, address.__sockaddr__, length);
}

EXPORT int listen(int fd, int backlog)
{
    descriptor_t socket = descriptor_get(fd);
    if (socket.kind != DESCRIPTOR_FOREIGN) {
        int32_t value = backlog;
        struct request about = { .operation = WIRE_LISTEN, .payload = { { &value, sizeof value } }, .payload_count = 1 };
        int error = request_about(fd, &about);
        if (error == 0)
            descriptor_set_state(fd, socket, STREAM_LISTENING);
        if (error != ENOTSOCK)
            return result_of(error);
    }
    return REAL(listen)(fd, backlog);
}

EXPORT int shutdown(int fd, int how)
{
    descriptor_t socket = descriptor_get(fd);
    if (socket.kind == DESCRIPTOR_STREAM && descriptor_is_fresh(socket))
        return result_of(how < SHUT_RD || how > SHUT_RDWR ? EINVAL : ENOTCONN);
    if (socket.kind == DESCRIPTOR_DATAGRAM) {
        int32_t value = how;
        struct request about = { .operation = WIRE_SHUTDOWN, .payload = { { &value, sizeof value } }, .payload_count = 1 };
        int error = request_about(fd, &about);
        if (error != ENOTSOCK)
            return result_of(error);
    }
    return REAL(shutdown)(fd, how);
}
