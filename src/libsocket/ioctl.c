/* ioctl() on sockets: what the interfaces, routes and queues are is the stack's to say. */
#include "datagram.h"
#include "descriptors.h"
#include "real.h"
#include "requests.h"
#include "system.h"
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <stdarg.h>
#include <sys/ioctl.h>

#ifndef SIOCOUTQNSD
#define SIOCOUTQNSD 0x894B
#endif

/* Bytes of the structure that a request's argument points to; 0: it holds pointers, or nobody but the kernel knows it. */
static size_t argument_size(unsigned long request)
{
    switch (request) {
    case SIOCADDRT:
    case SIOCDELRT:
        return sizeof(struct rtentry);
    case SIOCDARP:
    case SIOCGARP:
    case SIOCSARP:
        return sizeof(struct arpreq);
    case SIOCOUTQNSD:
        return sizeof(int);
    case SIOCGSTAMP_OLD:
        return sizeof(struct timeval);
    case SIOCGSTAMPNS_OLD:
        return sizeof(struct timespec);
    case SIOCETHTOOL:
    case SIOCGMIIPHY:
    case SIOCGMIIREG:
    case SIOCSMIIREG:
        return 0;
    default:
        return request < SIOCDEVPRIVATE ? sizeof(struct ifreq) : 0;
    }
}

static int forward(int fd, unsigned long request, void *argument)
{
    size_t size = argument_size(request);
    if (size == 0)
        return EOPNOTSUPP;
    if (argument == NULL)
        return EFAULT;
    uint32_t number = (uint32_t)request;
    struct rtentry route;
    char interface[IFNAMSIZ] = "";
    struct request about = {
        .operation = WIRE_IOCTL,
        .payload = { { &number, sizeof number }, { argument, size } },
        .payload_count = 2,
        .reply = argument,
        .reply_size = size,
    };
    if (request == SIOCADDRT || request == SIOCDELRT) {
        /* The interface's name is elsewhere in our memory: it follows the structure, in which the pointer is 0. */
        memcpy(&route, argument, sizeof route);
        if (route.rt_dev != NULL) {
            strncpy(interface, route.rt_dev, sizeof interface - 1);
            about.payload[2] = (struct iovec){ interface, sizeof interface };
            about.payload_count = 3;
        }
        route.rt_dev = NULL;
        about.payload[1].iov_base = &route;
        about.reply_size = 0;
    }
    return request_about(fd, &about);
}

/* SIOCGIFCONF: the structure says where the list goes. */
static int list_interfaces(int fd, struct ifconf *list)
{
    if (list == NULL)
        return EFAULT;
    if (list->ifc_len < 0)
        return EINVAL;
    uint32_t number = SIOCGIFCONF;
    struct request about = {
        .operation = WIRE_IOCTL,
        .payload = { { &number, sizeof number } },
        .payload_count = 1,
        .reply = list->ifc_buf,
        .reply_size = list->ifc_buf == NULL ? 0 : (size_t)list->ifc_len / sizeof(struct ifreq) * sizeof(struct ifreq),
    };
    int error = request_about(fd, &about);
    if (error == 0)     /* without a buffer: how much it would need (netdevice(7)) */
        list->ifc_len = (int)(list->ifc_buf == NULL ? about.reply_length : smaller(about.reply_length, about.reply_size));
    return error;
}

/* SIOCOUTQ on a stream: what TCP hasn't had acknowledged, and what it hasn't taken from the pair yet. */
static int count_unsent(int fd, int *count)
{
    uint32_t number = SIOCOUTQ;
    int32_t in_stack = 0;
    struct request about = {
        .operation = WIRE_IOCTL,
        .payload = { { &number, sizeof number }, { &in_stack, sizeof in_stack } },
        .payload_count = 2,
        .reply = &in_stack,
        .reply_size = sizeof in_stack,
    };
    int error = request_about(fd, &about);
    int in_pair = 0;
    if (error != 0)
        return error;
    if (count == NULL)
        return EFAULT;
    syscall(SYS_ioctl, fd, SIOCOUTQ, &in_pair);
    *count = in_pair + in_stack;
    return 0;
}

static int socket_ioctl(int fd, descriptor_t socket, unsigned long request, void *argument)
{
    switch (request) {
    case FIONREAD:
        if (socket.kind != DESCRIPTOR_DATAGRAM)
            return result_of(socket.state == STREAM_LISTENING ? EINVAL : ENOTSOCK);
        return datagram_pending(fd, argument);
    case SIOCOUTQ:
        return result_of(count_unsent(fd, argument));
    case SIOCGIFCONF:
        return result_of(list_interfaces(fd, argument));
    case FIOSETOWN:
    case SIOCSPGRP:
    case FIOGETOWN:
    case SIOCGPGRP:
    case SIOCATMARK:
        return result_of(ENOTSOCK);     /* signals of the descriptor, and its urgent data, are the kernel's */
    default:
        return result_of(forward(fd, request, argument));
    }
}

EXPORT int ioctl(int fd, unsigned long request, ...)
{
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    request &= 0xffffffff;
    if ((request & 0xff00) == 0x8900 || request == FIONREAD || request == SIOCOUTQ) {
        descriptor_t socket = descriptor_get(fd);
        if (socket.kind != DESCRIPTOR_FOREIGN && descriptor_is_still(fd, socket)) {
            int result = socket_ioctl(fd, socket, request, argument);
            if (result == 0 || errno != ENOTSOCK)
                return result;
        }
    }
    return REAL(ioctl)(fd, request, argument);
}
